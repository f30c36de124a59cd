/** What a scan says to people: which host, how it stands, what is wrong, what could not be looked at and why. */
import { count } from '../../base/text/quantities.ts';
import {
  findingId,
  isAtLeast,
  severities,
  type KnownFindings,
  type Observation,
  type Severity,
} from '../../findings/index.ts';
import { changesBetween, type Hardening, type HardeningChange, type Outcome, type Scored } from './hardening.ts';
import type { HostScan } from './scan.ts';
import { sectionOf } from './sections.ts';
import type { HostSystem } from '../system/system.ts';

export function systemLine(system: HostSystem): string {
  const { hostname, osName, kernel, architecture, init, packages, container, cloud, isRoot, windows } = system;
  if (system.platform === 'windows') {
    return [
      `${hostname}: ${osName}`,
      kernel,
      architecture,
      ...(windows?.role === 'domain_controller' ? ['a domain controller'] : windows?.isInDomain ? ['in a domain'] : []),
      ...(container === '' ? [] : ['in a container']),
      ...(cloud === '' ? [] : [`on ${cloud}`]),
      ...(isRoot ? [] : ['not as administrator']),
    ].join(', ');
  }
  return [
    `${hostname}: ${osName}`,
    `Linux ${kernel}`,
    architecture,
    ...(init === 'none' ? [] : [init]),
    ...(packages === 'none' ? ['no package manager'] : [packages]),
    ...(container === '' ? [] : [`in ${container}`]),
    ...(cloud === '' ? [] : [`on ${cloud}`]),
    ...(isRoot ? [] : ['not as root']),
  ].join(', ');
}

/** Before what such a check says. */
export const UNTESTED_LINE =
  'These checks were written from documentation and were not yet run on a Windows machine: hold what they say against the machine.';

export interface Section {
  readonly title: string;
  readonly worst: Severity;
  /** Worst first; the same check one after the other. */
  readonly wrong: readonly Observation[];
}

/** What is wrong and nobody decided to live with, the worst section first. */
export function sectionsOf(observations: readonly Observation[], known: KnownFindings): readonly Section[] {
  const wrong = observations.filter((each) => each.verdict === 'fail' && !isDecided(each, known));
  const rank = ({ severity }: Pick<Observation, 'severity'>): number => severities.indexOf(severity);
  return [...Map.groupBy(wrong, ({ check }) => sectionOf(check))]
    .map(([title, own]) => {
      const sorted = own.toSorted(
        (one, other) =>
          rank(one) - rank(other) || compare(one.check, other.check) || compare(one.resource.name, other.resource.name),
      );
      return { title, worst: sorted[0]?.severity ?? 'info', wrong: sorted };
    })
    .toSorted(
      (one, other) =>
        severities.indexOf(one.worst) - severities.indexOf(other.worst) || compare(one.title, other.title),
    );
}

function isDecided(observed: Observation, known: KnownFindings): boolean {
  const state = known.get(findingId(observed))?.state;
  return state === 'accepted' || state === 'suppressed';
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

export interface Unseen {
  readonly why: string;
  readonly checks: readonly string[];
}

/** What could not be looked at, by the reason, what cost most first. */
export function unseenOf(observations: readonly Observation[]): readonly Unseen[] {
  const unknown = observations.filter(({ verdict }) => verdict === 'unknown');
  return [
    ...Map.groupBy(unknown, ({ evidence }) => evidence.find(({ label }) => label === 'Not looked at')?.value ?? ''),
  ]
    .map(([why, own]) => ({ why, checks: [...new Set(own.map(({ check }) => check))].toSorted() }))
    .toSorted((one, other) => other.checks.length - one.checks.length || compare(one.why, other.why));
}

const OUTCOMES: { readonly [O in Outcome | 'not_made']: string } = {
  right: 'right',
  wrong: 'wrong',
  not_looked_at: 'not looked at',
  not_applicable: 'not applicable',
  not_made: 'not made',
};

/** `KRN-07 Addresses of programs in memory are not fully random: right → wrong` */
export function changeLine({ check, title, before, after }: HardeningChange): string {
  return `${check} ${title}: ${OUTCOMES[before]} → ${OUTCOMES[after]}`;
}

/** `Hardening index 74 of 100, 3 more than before; 82 % of what counts was looked at.` */
export function hardeningLine({ index, coverage }: Hardening, before: number | null): string {
  if (index === null) return 'No check applies here, so there is no hardening index.';
  const change =
    before === null || before === index
      ? ''
      : `, ${Math.abs(index - before)} ${index > before ? 'more' : 'less'} than before`;
  return `Hardening index ${index} of 100${change}; ${coverage ?? 0} % of what counts was looked at.`;
}

export interface Since {
  readonly index: number | null;
  readonly changes: readonly HardeningChange[];
}

/** What is different from the scan before; only checks that both made are held against each other. */
export function sinceBefore(
  before: { readonly index: number | null; readonly checks: readonly Scored[] } | null,
  now: Hardening,
): Since {
  if (before === null) return { index: null, changes: [] };
  const isSameSet =
    before.checks
      .map(({ check }) => check)
      .toSorted()
      .join() ===
    now.checks
      .map(({ check }) => check)
      .toSorted()
      .join();
  return {
    index: isSameSet ? before.index : null,
    changes: changesBetween(before.checks, now.checks).filter(
      (each) => isSameSet || (each.before !== 'not_made' && each.after !== 'not_made'),
    ),
  };
}

/** `80 checks: 61 right, 9 wrong, 6 not looked at, 4 not applicable.` */
export function countsLine({ checks }: Hardening): string {
  const of = (wanted: Outcome): number => checks.filter(({ outcome }) => outcome === wanted).length;
  const outcomes = (['right', 'wrong', 'not_looked_at', 'not_applicable'] as const).filter((each) => of(each) > 0);
  return `${count(checks.length, 'check')}: ${outcomes.map((each) => `${of(each)} ${OUTCOMES[each]}`).join(', ')}.`;
}

/** Whether what is said calls for red. */
export function isBad(sections: readonly Section[]): boolean {
  return sections.some(({ worst }) => isAtLeast(worst, 'high'));
}

export function slowest(
  { checks, probes }: HostScan,
  most: number,
): readonly { readonly name: string; readonly tookMs: number }[] {
  return [
    ...checks.map(({ script, tookMs }) => ({ name: script.header.id, tookMs })),
    ...probes.map(({ probe, tookMs }) => ({ name: probe, tookMs })),
  ]
    .toSorted((one, other) => other.tookMs - one.tookMs)
    .slice(0, most);
}
