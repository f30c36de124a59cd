/** The first lines of a check: what it is, what it needs, what becomes of what it finds. Read strictly. */
import { extname } from 'node:path';
import { severities, type Reference, type Severity } from '../../findings/index.ts';
import { hostErrors } from '../errors.ts';
import { probeNames, probeOf, type ProbeName } from '../probes/probe-names.ts';
import type { HostPlatform } from '../system/platform.ts';

/** `automatic`: safe to make. `guarded`: may cut somebody off, so it goes back by itself. `manual`: a person does it. */
export type FixClass = 'automatic' | 'guarded' | 'manual';

/** One is enough. `linux`, `windows`: any. */
export type Applies = { readonly kind: HostPlatform } | { readonly kind: 'package' | 'command'; readonly name: string };

export interface CheckHeader {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly rationale: string;
  readonly references: readonly Reference[];
  readonly applies: readonly Applies[];
  /** `partly`: without root it sees less. */
  readonly needsRoot: 'yes' | 'partly' | 'no';
  /** What is not seen without root. */
  readonly rootFor: string | null;
  /** Probes that must have been run. */
  readonly probes: readonly ProbeName[];
  readonly fix: FixClass;
  /** Whom a fix may cut off, in words. */
  readonly cuts: string | null;
  readonly remedy: string;
  readonly timeoutMs: number;
  /** By the kind of script that it is. */
  readonly platform: HostPlatform;
  /** False: it was written from documentation, and nobody has run it on the system it is for. */
  readonly isTested: boolean;
}

const KEYS = [
  'id',
  'title',
  'severity',
  'rationale',
  'references',
  'applies',
  'needs',
  'facts',
  'fix',
  'cuts',
  'remedy',
  'timeout',
  'tested',
];
const OPTIONAL = new Set(['references', 'applies', 'facts', 'cuts', 'timeout', 'tested']);
const FIXES: Readonly<Record<string, FixClass>> = { A: 'automatic', G: 'guarded', M: 'manual' };
const PLATFORMS: Readonly<Record<string, HostPlatform>> = { '.sh': 'linux', '.ps1': 'windows' };
const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_TIMEOUT_S = 120;

/** `name` is the file's, `KRN-07.sh` or `W-FW-01.ps1`. Throws `host_check_invalid`. */
export function parseHeader(name: string, text: string): CheckHeader {
  const refuse = (detail: string) => hostErrors('host_check_invalid', { attempted: `Read the check ${name}`, detail });
  const platform = PLATFORMS[extname(name)];
  if (!platform) throw refuse('a check is a file .sh, or .ps1 for Windows');
  const values = new Map<string, string>();
  let last: string | null = null;
  for (const line of text.split('\n')) {
    if (!line.startsWith('#')) break;
    if (line.startsWith('#!') || line.startsWith('# shellcheck ')) continue;
    if (line.startsWith('#   ') && last !== null) {
      values.set(last, `${values.get(last) ?? ''} ${line.slice(4).trim()}`);
      continue;
    }
    const [, key, value] = /^# ([a-z]+): (.*\S)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) throw refuse(`“${line}” is no line of a header`);
    if (!KEYS.includes(key)) throw refuse(`there is no “${key}”; there are ${KEYS.join(', ')}`);
    if (values.has(key)) throw refuse(`“${key}” stands there twice`);
    values.set(key, value);
    last = key;
  }
  const missing = KEYS.filter((key) => !OPTIONAL.has(key) && !values.has(key));
  if (missing.length > 0) throw refuse(`it does not say its ${missing.join(', ')}`);
  const value = (key: string): string => values.get(key) ?? '';

  const id = value('id');
  if (!/^(?:W-)?[A-Z][A-Z0-9]{1,15}-[0-9]{2,4}$/.test(id)) throw refuse(`“${id}” is no id like KRN-07`);
  const ending = extname(name);
  if (name !== id + ending) throw refuse(`its id is ${id}, so its file must be called ${id}${ending}`);
  const severity = severities.find((each) => each === value('severity'));
  if (!severity) throw refuse(`severity is one of ${severities.join(', ')}`);
  const fix = FIXES[value('fix')];
  if (!fix) throw refuse('fix is one of A, G, M');
  const rootFor = /^root for (.+)$/.exec(value('needs'))?.[1] ?? null;
  if (rootFor === null && value('needs') !== 'root' && value('needs') !== 'nothing') {
    throw refuse('needs is root, root for SOMETHING, or nothing');
  }
  const probes = [
    ...new Set(
      value('facts')
        .split(' ')
        .filter(Boolean)
        .map((fact) => {
          const probe = probeOf(fact);
          if (probe === null) throw refuse(`there is no fact “${fact}”; there are ${probeNames.join(', ')}`);
          return probe;
        }),
    ),
  ];
  if (values.has('tested') && value('tested') !== 'no') throw refuse('tested is no, or is not there');
  const seconds = values.has('timeout')
    ? Number(/^([0-9]{1,3}) s$/.exec(value('timeout'))?.[1])
    : DEFAULT_TIMEOUT_MS / 1000;
  if (!(seconds >= 1 && seconds <= MAX_TIMEOUT_S)) throw refuse(`timeout is 1 s to ${MAX_TIMEOUT_S} s`);
  return {
    id,
    title: value('title'),
    severity,
    rationale: value('rationale'),
    references: referencesOf(value('references')),
    applies: (values.has('applies') ? value('applies') : platform).split('|').map((word) => {
      const [, kind, named] = /^(package|command) (\S+)$/.exec(word.trim()) ?? [];
      if (word.trim() === platform) return { kind: platform };
      if (kind === undefined || named === undefined)
        throw refuse(`applies is ${platform}, package NAME or command NAME, with | between them`);
      return { kind: kind as 'package' | 'command', name: named };
    }),
    needsRoot: rootFor === null ? (value('needs') === 'root' ? 'yes' : 'no') : 'partly',
    rootFor,
    probes,
    fix,
    cuts: values.get('cuts') ?? null,
    remedy: value('remedy'),
    timeoutMs: seconds * 1000,
    platform,
    isTested: !values.has('tested'),
  };
}

/** `CIS Debian 12 1.5.1; ATT&CK T1014`: the last word of each is its number there. */
function referencesOf(text: string): readonly Reference[] {
  return text
    .split(';')
    .map((each) => each.trim())
    .filter(Boolean)
    .map((each) => {
      const at = each.lastIndexOf(' ');
      return { standard: at < 0 ? each : each.slice(0, at), id: at < 0 ? each : each.slice(at + 1) };
    });
}
