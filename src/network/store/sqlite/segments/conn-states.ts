import type { ConnState } from '../../../flows/conn-state.ts';

/** A segment keeps the place in here, so a new one goes to the end. */
export const connStates = [
  ...(['OTH', 'S0', 'S1', 'SF', 'REJ', 'S2', 'S3', 'RSTO', 'RSTR', 'RSTOS0', 'RSTRH', 'SH', 'SHR'] as const),
] satisfies readonly ConnState[];

/** In its place where nothing is known of how a flow began and ended: the last bit of what a segment says of its states. */
export const NO_STATE = 31;

const NUMBERS = new Map<string, number>(connStates.map((state, number) => [state, number]));

/** What another program says beside these is kept beside the row, and counts as `OTH`. */
export function stateNumber(state: string): number {
  return NUMBERS.get(state) ?? 0;
}
