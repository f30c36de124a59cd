/** Reports as agents send them: the words of the real checks, verdicts by a fixed die. */
import { createHash } from 'node:crypto';
import { newId } from '../../src/base/ids.ts';
import { shippedCatalogue } from '../../src/host/fleet/checks/catalogue.ts';
import type { HostReport } from '../../src/host/wire.ts';

export type BenchReport = HostReport;
type Observation = HostReport['observations'][number];

const CHECKS = [...shippedCatalogue().values()].map(({ header }) => header).slice(0, 80);
const CHANGED_SHARE = 0.02;
/** Of what changes. */
const FLIPPED_SHARE = 0.2;

/** Numbers from 0 to 1, the same in each run. */
function die(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const dice = die(7);

export function firstReport(number: number, nowMs: number): BenchReport {
  const hostId = createHash('sha256').update(`host ${number}`).digest('hex').slice(0, 32);
  const hostname = `host-${number}`;
  const observations = CHECKS.map((header, at): Observation => {
    const verdict = at % 10 === 3 ? 'unknown' : at % 6 === 0 ? 'fail' : 'pass';
    const resource = verdict === 'fail' ? `/etc/${header.id.toLowerCase()}.conf` : '';
    return {
      ...{ kind: 'compliance', check: header.id, title: header.title, severity: header.severity, verdict },
      resource: {
        uid: `host/${hostId}${resource}`,
        type: 'host',
        name: `${hostname}${resource}`,
        tags: { host: hostname },
      },
      evidence: [{ label: verdict === 'unknown' ? 'Not looked at' : 'Seen', value: `it is ${dice()}` }],
      ...{ rationale: header.rationale, remedy: header.remedy, references: [...header.references] },
    };
  });
  return {
    ...{ formatVersion: 1, hostId, agentVersion: '0.1.0', origin: 'agent', tookMs: 9000, selection: 'all' },
    ...timesOf(nowMs),
    system: {
      ...{ platform: 'linux', hostname, osName: 'Debian GNU/Linux 12 (bookworm)', osId: 'debian', osVersion: '12' },
      ...{ kernel: '6.1.0', architecture: 'x86_64', container: '', cloud: 'aws', init: 'systemd', packages: 'dpkg' },
      isRoot: true,
    },
    ...checked(observations),
    facts: { hash: 'none' },
    firewall: { hash: 'none' },
  };
}

/** The next report of the same host: some of its checks observe something else. */
export function changed(report: BenchReport, nowMs: number): BenchReport {
  const observations = report.observations.map((each): Observation => {
    if (dice() >= CHANGED_SHARE) return each;
    const isFlipped = dice() < FLIPPED_SHARE && each.verdict !== 'unknown';
    const verdict = isFlipped ? (each.verdict === 'fail' ? 'pass' : 'fail') : each.verdict;
    return { ...each, verdict, evidence: [{ label: 'Seen', value: `it is ${dice()}` }] };
  });
  return { ...report, ...timesOf(nowMs), ...checked(observations) };
}

function timesOf(nowMs: number) {
  return {
    reportId: newId(),
    startedTime: new Date(nowMs - 9000).toISOString(),
    sentTime: new Date(nowMs).toISOString(),
  };
}

function checked(observations: readonly Observation[]) {
  return {
    checks: observations.map(({ check, title, severity, verdict, evidence }) => ({
      ...{ id: check, title, severity, hash: 'c'.repeat(64), tookMs: 40 },
      outcome:
        verdict === 'fail' ? ('wrong' as const) : verdict === 'pass' ? ('right' as const) : ('not_looked_at' as const),
      why: verdict === 'unknown' ? (evidence[0]?.value ?? '') : null,
    })),
    whole: observations.filter(({ verdict }) => verdict !== 'unknown').map(({ check }) => check),
    observations: [...observations],
  };
}
