/** What the guard keeps of its last look at all buckets, so that others can tell whether there was one. */
import type { Guard } from './guard.ts';

const SWEPT = 'swept';

export interface SweepState {
  /** When it was finished, in ms since 1970. */
  readonly atMs: number;
  readonly buckets: number;
  /** What could not be looked at or dealt with. */
  readonly failed: number;
}

/** `null`: there was none yet, or none for long. */
export async function sweepState({ table }: Pick<Guard, 'table'>): Promise<SweepState | null> {
  return (await table.get(SWEPT)) as SweepState | null;
}

export async function noteSwept(done: Omit<SweepState, 'atMs'>, { table, clock, settings }: Guard): Promise<void> {
  const state: SweepState = { atMs: clock(), ...done };
  await table.put(SWEPT, state, clock() + settings.guardBucketsKeptMs);
}
