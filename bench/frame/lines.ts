/** Lines of the table that a claim prints. */
import { median, spread } from './numbers.ts';

export interface Line {
  readonly what: string;
  /** Of this project. */
  readonly measured: string;
  /** The same work by the other program, and which one. */
  readonly peer?: string;
  /** Over 1: this project is faster. */
  readonly ratio?: string;
  /** What was promised. Absent: the figure is told, and nothing hangs on it. */
  readonly budget?: string;
  /** Whether it is kept. Default true. */
  readonly ok?: boolean;
}

/** A figure that must stay at or below `limit`, judged by its median. */
export function within(what: string, numbers: readonly number[], unit: string, limit: number, digits = 0): Line {
  const ok = median(numbers) <= limit;
  return { what, measured: spread(numbers, unit, digits), budget: `<= ${limit} ${unit}`, ok };
}

export interface Race {
  /** One figure for each round. */
  readonly ours: readonly number[];
  readonly peer: readonly number[];
  /** What the peer is: `age 1.1.1`. */
  readonly name: string;
  readonly unit: string;
  /** `less` for times, `more` for rates. */
  readonly better: 'less' | 'more';
  /** Decimals of the figures; default 0. */
  readonly digits?: number;
  /** The least ratio that was promised. Absent: told, and nothing hangs on it. */
  readonly atLeast?: number;
}

/** Both sides of one piece of work, and how many times as fast as the peer this project is, by the medians. */
export function race(what: string, { ours, peer, name, unit, better, digits = 0, atLeast }: Race): Line {
  const ratio = better === 'less' ? median(peer) / median(ours) : median(ours) / median(peer);
  const line = {
    what,
    measured: spread(ours, unit, digits),
    peer: `${name}: ${spread(peer, unit, digits)}`,
    ratio: `${ratio.toFixed(2)}x`,
  };
  return atLeast === undefined ? line : { ...line, budget: `>= ${atLeast}x`, ok: ratio >= atLeast };
}

/** A Markdown table. Columns that no line fills are left out. */
export function tableOf(lines: readonly Line[]): string[] {
  const isRace = lines.some(({ peer }) => peer !== undefined);
  const head = ['what', 'measured', ...(isRace ? ['peer', 'ratio'] : []), 'budget', ''];
  const rows = lines.map(({ what, measured, peer = '', ratio = '', budget, ok = true }) => {
    const verdict = budget === undefined ? '' : ok ? 'ok' : '**over**';
    return [what, measured, ...(isRace ? [peer, ratio] : []), budget ?? 'none', verdict];
  });
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
