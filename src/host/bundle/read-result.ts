/** What an archive brought back of a host, as what a scan there would have given: through the same code, by our own headers. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Facts } from '../facts/facts.ts';
import { rulesFrom } from '../firewall/rules.ts';
import { probeNames } from '../probes/probe-names.ts';
import { BROKE_OFF, hiddenBy, lateAfter, PROBE_TIMEOUT_MS, type Probed } from '../probes/probes.ts';
import { UNCOUNTED } from '../probes/process-table.ts';
import { MAX_ANSWER_BYTES, parseAnswers } from '../running/answers.ts';
import type { Script } from '../running/run-check.ts';
import type { Checked, HostScan } from '../scanning/scan.ts';
import { honestVerdicts, needsOf, verdictWithout } from '../scanning/verdicts.ts';
import type { HostSettings } from '../settings.ts';
import type { HostPlatform } from '../system/platform.ts';
import type { HostSystem } from '../system/system.ts';
import { factsIn, MOST_OF_A_FACT } from './result-facts.ts';
import {
  bytesIn,
  distinct,
  flagIn,
  invalid,
  numberIn,
  oneOfIn,
  onlyFields,
  resultLines,
  wordIn,
  type ResultLine,
} from './result-lines.ts';

export interface HostResult {
  /** 32 hexadecimal digits, of this one look. */
  readonly resultId: string;
  /** The version that the archive was made with. */
  readonly madeWith: string;
  /** By the clock of that host. */
  readonly startedMs: number;
  readonly scan: HostScan;
  readonly facts: Facts;
  /** Ids of checks whose script was another one than ours. */
  readonly otherChecks: readonly string[];
  /** Ids of checks that we have not, which are left out. */
  readonly unknownChecks: readonly string[];
}

const RULES = ['nft', 'iptables', 'ip6tables', 'ufw', 'firewalld'].flatMap((tool) => [tool, `${tool}.error`]);
const KINDS = ['begin', 'system', 'probe', 'check', 'fact', 'rules', 'end'];
/** Of one check. */
const MOST_VERDICTS = 10_000;
const MOST_VERDICTS_TOGETHER = 100_000;

type Limits = Pick<HostSettings, 'hostResultBytes' | 'hostWalkTimeoutMs'>;

/**
 * `checks` are those that we know. Throws `host_result_invalid`, `host_result_cut_off`, `host_result_too_large`; nothing else,
 * whatever `file` holds.
 */
export async function readResult(file: Buffer, checks: readonly Script[], limits: Limits): Promise<HostResult> {
  const lines = await resultLines(file, limits);
  const other = lines.find(({ kind }) => !KINDS.includes(kind));
  if (other) throw invalid('it has a line of a kind that is not known');
  const of = (kind: string): readonly ResultLine[] => lines.filter((line) => line.kind === kind);
  const { platform, ...begun } = beginningIn(only(of('begin'), 'begin'));
  const system = systemIn(only(of('system'), 'system'), platform);
  const end = only(of('end'), 'end');
  onlyFields(end, 'tookMs', 'sha256');
  const probes = distinct(
    of('probe').map((line) => probeIn(line, limits)),
    ({ probe }) => probe,
  );
  const made = distinct(of('check').map(checkIn), ({ id }) => id);
  const own = checks.filter(({ header }) => header.platform === platform);
  const known = new Map(own.map((script) => [script.header.id, script]));
  const checked = made.flatMap((each): Checked[] => {
    const script = known.get(each.id);
    return script ? [checkedBy(script, each, probes, system.isRoot)] : [];
  });
  if (checked.reduce((sum, { verdicts }) => sum + verdicts.length, 0) > MOST_VERDICTS_TOGETHER) {
    throw invalid(`its checks say more than ${MOST_VERDICTS_TOGETHER} things`);
  }
  const rules = new Map(
    distinct(
      of('rules').map((line) => {
        onlyFields(line, 'name', 'said');
        const name = oneOfIn(line, 'name', [...RULES, 'iptables-version']);
        return { name, text: bytesIn(line, 'said', MOST_OF_A_FACT).toString('utf8') };
      }),
      ({ name }) => name,
    ).map(({ name, text }) => [name, text]),
  );
  return {
    ...begun,
    scan: {
      system,
      checks: checked,
      probes,
      rules: probes.some(({ probe }) => probe === 'firewall') ? rulesFrom((name) => rules.get(name) ?? null) : null,
      tookMs: numberIn(end, 'tookMs'),
    },
    facts: factsIn(of('fact'), system, probes),
    otherChecks: made.filter(({ id, sha256 }) => known.has(id) && hashOf(known.get(id)) !== sha256).map(({ id }) => id),
    unknownChecks: made.filter(({ id }) => !known.has(id)).map(({ id }) => id),
  };
}

function only(lines: readonly ResultLine[], kind: string): ResultLine {
  const [line] = lines;
  if (line && lines.length === 1) return line;
  throw invalid(`it has ${lines.length} lines “${kind}”, and should have one`);
}

type Begun = Pick<HostResult, 'resultId' | 'madeWith' | 'startedMs'> & { readonly platform: HostPlatform };

function beginningIn(line: ResultLine): Begun {
  onlyFields(line, 'format', 'version', 'platform', 'madeWith', 'resultId', 'startedTime');
  if (line['format'] !== 'holdfast-host-result') throw invalid('it is of another format');
  if (line['version'] !== 1) throw invalid('it is of a later version of the format; a newer Holdfast reads it');
  const startedMs = Date.parse(wordIn(line, 'startedTime', /^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/));
  if (Number.isNaN(startedMs)) throw invalid('its time is none');
  return {
    platform: oneOfIn(line, 'platform', ['linux', 'windows']),
    resultId: wordIn(line, 'resultId', /^[0-9a-f]{32}$/),
    madeWith: wordIn(line, 'madeWith', /^[0-9A-Za-z.+-]{1,64}$/),
    startedMs,
  };
}

const OWN = ['hostname', 'osName', 'osId', 'osVersion', 'container', 'cloud', 'kernel', 'architecture'] as const;
const CHOSEN = {
  osFamily: ['debian', 'rhel', 'windows', 'other'],
  packages: ['dpkg', 'rpm', 'none'],
  init: ['systemd', 'none'],
} as const;
/** Characters; the names of resources begin with that of the host, and have 1024 bytes. */
const MOST_OF_OWN: Readonly<Record<string, number>> = { hostname: 100, osName: 200, kernel: 128 };
const MOST_OTHERWISE = 64;

function systemIn(line: ResultLine, platform: HostPlatform): HostSystem {
  onlyFields(line, 'hostId', 'isRoot', ...OWN, ...Object.keys(CHOSEN));
  const text = (name: string): string => {
    const said = bytesIn(line, name, 800).toString('utf8');
    if (name === 'hostname' && said === '') throw invalid('the name of its host is none');
    const most = MOST_OF_OWN[name] ?? MOST_OTHERWISE;
    if (said.length > most) throw invalid(`“${name}” has more than ${most} characters`);
    return said;
  };
  const chosen = <const Name extends keyof typeof CHOSEN>(name: Name): (typeof CHOSEN)[Name][number] => {
    const found = CHOSEN[name].find((word) => word === text(name));
    if (found === undefined) throw invalid(`“${name}” is none of ${CHOSEN[name].join(', ')}`);
    return found;
  };
  return {
    platform,
    hostId: wordIn(line, 'hostId', /^[0-9a-f]{32}$/),
    isRoot: flagIn(line, 'isRoot'),
    hostname: text('hostname'),
    osName: text('osName'),
    osId: text('osId'),
    osVersion: text('osVersion'),
    osFamily: chosen('osFamily'),
    packages: chosen('packages'),
    init: chosen('init'),
    container: text('container'),
    cloud: text('cloud'),
    kernel: text('kernel'),
    architecture: text('architecture'),
  };
}

function probeIn(line: ResultLine, { hostWalkTimeoutMs }: Limits): Probed {
  onlyFields(line, 'probe', 'outcome', 'closed', 'tookMs');
  const probe = oneOfIn(line, 'probe', probeNames);
  const outcome = oneOfIn(line, 'outcome', ['done', 'timed_out', 'broke_off']);
  const closed = line['closed'] === UNCOUNTED ? UNCOUNTED : numberIn(line, 'closed');
  const why =
    outcome === 'timed_out'
      ? lateAfter(probe === 'files' ? hostWalkTimeoutMs : PROBE_TIMEOUT_MS)
      : outcome === 'broke_off'
        ? BROKE_OFF
        : hiddenBy(closed);
  return { probe, tookMs: numberIn(line, 'tookMs'), complete: why === null, why };
}

interface Made {
  readonly id: string;
  readonly sha256: string;
  readonly outcome: 'ran' | 'timed_out' | 'not_applicable' | 'needs_root';
  readonly answers: Buffer;
  readonly tookMs: number;
}

function checkIn(line: ResultLine): Made {
  onlyFields(line, 'check', 'sha256', 'outcome', 'answers', 'tookMs');
  return {
    id: wordIn(line, 'check', /^(?:W-)?[A-Z][A-Z0-9]{1,15}-[0-9]{2,4}$/),
    sha256: wordIn(line, 'sha256', /^[0-9a-f]{64}$/),
    outcome: oneOfIn(line, 'outcome', ['ran', 'timed_out', 'not_applicable', 'needs_root']),
    answers: bytesIn(line, 'answers', MAX_ANSWER_BYTES),
    tookMs: numberIn(line, 'tookMs'),
  };
}

function checkedBy(script: Script, made: Made, probes: readonly Probed[], isRoot: boolean): Checked {
  const { header } = script;
  const { outcome: said, tookMs } = made;
  if (said === 'not_applicable' || said === 'needs_root') {
    return { script, outcome: 'not_started', verdicts: [verdictWithout(header, said)], said: '', tookMs };
  }
  const { complete, verdicts } = parseAnswers(made.answers);
  if (verdicts.length > MOST_VERDICTS) throw invalid(`${made.id} says more than ${MOST_VERDICTS} things`);
  const outcome = complete ? 'done' : said === 'timed_out' ? 'timed_out' : 'broke_off';
  const needed = needsOf(header).map(
    (probe) =>
      probes.find((each) => each.probe === probe) ?? { probe, tookMs: 0, complete: false, why: 'it was not looked at' },
  );
  const honest = honestVerdicts(header, { outcome, verdicts }, needed, isRoot);
  return { script, outcome, verdicts: honest, said: '', tookMs };
}

function hashOf(script: Script | undefined): string | null {
  return script ? createHash('sha256').update(readFileSync(script.path)).digest('hex') : null;
}
