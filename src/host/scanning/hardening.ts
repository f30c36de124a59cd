/**
 * The hardening index: of the points that the checks of this host can earn, how many they earned. A check that does not
 * apply is no part of it; one that could not look earns nothing; what somebody accepted is wrong all the same. So it can be
 * raised by making the host better, and by nothing else.
 */
import type { Severity } from '../../findings/index.ts';
import type { HostScan } from './scan.ts';

export const POINTS: { readonly [S in Severity]: number } = { critical: 10, high: 5, medium: 3, low: 1, info: 0 };

export type Outcome = 'right' | 'wrong' | 'not_looked_at' | 'not_applicable';

export interface Scored {
  readonly check: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly points: number;
}

export interface Hardening {
  /** 0 to 100; `null`: nothing could be earned. */
  readonly index: number | null;
  /** 0 to 100: for how much of it somebody looked. */
  readonly coverage: number | null;
  readonly checks: readonly Scored[];
}

export function hardeningOf({ checks }: Pick<HostScan, 'checks'>): Hardening {
  const scored = checks.map(({ script, verdicts }): Scored => {
    const has = (verdict: string): boolean => verdicts.some((each) => each.verdict === verdict);
    // What is only worth knowing takes no points away.
    const isWrong = verdicts.some(
      (each) => each.verdict === 'fail' && (each.severity ?? script.header.severity) !== 'info',
    );
    const outcome = isWrong
      ? 'wrong'
      : has('unknown')
        ? 'not_looked_at'
        : has('pass') || has('fail')
          ? 'right'
          : 'not_applicable';
    const { id, title, severity } = script.header;
    return { check: id, title, outcome, points: POINTS[severity] };
  });
  return { ...figuresOf(scored), checks: scored };
}

export function figuresOf(
  scored: readonly Pick<Scored, 'outcome' | 'points'>[],
): Pick<Hardening, 'index' | 'coverage'> {
  const sum = (...outcomes: readonly Outcome[]): number =>
    scored.filter(({ outcome }) => outcomes.includes(outcome)).reduce((total, { points }) => total + points, 0);
  const all = sum('right', 'wrong', 'not_looked_at');
  if (all === 0) return { index: null, coverage: null };
  return { index: Math.round((sum('right') / all) * 100), coverage: Math.round((sum('right', 'wrong') / all) * 100) };
}

export interface HardeningChange {
  readonly check: string;
  readonly title: string;
  readonly before: Outcome | 'not_made';
  readonly after: Outcome | 'not_made';
}

/** What made the index another one, what weighs most first. */
export function changesBetween(before: readonly Scored[], after: readonly Scored[]): readonly HardeningChange[] {
  const ids = new Set([...before, ...after].map(({ check }) => check));
  return [...ids]
    .map((id) => {
      const [old, now] = [before, after].map((all) => all.find(({ check }) => check === id));
      return {
        change: {
          check: id,
          title: (now ?? old)?.title ?? '',
          before: old?.outcome ?? ('not_made' as const),
          after: now?.outcome ?? ('not_made' as const),
        },
        points: (now ?? old)?.points ?? 0,
      };
    })
    .filter(({ change }) => change.before !== change.after)
    .toSorted((one, other) => other.points - one.points || (one.change.check < other.change.check ? -1 : 1))
    .map(({ change }) => change);
}
