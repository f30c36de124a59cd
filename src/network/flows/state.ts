/** States of one side, as Zeek names them. UDP and ICMP know `inactive` and `established` alone. */
export const Side = {
  inactive: 0,
  synSent: 1,
  synAckSent: 2,
  /** Seen in the middle of things. */
  partial: 3,
  established: 4,
  closed: 5,
  reset: 6,
} as const;

/** Word.state: three bits for each side, three for what it was before, one for whether it sent a FIN. */
export function sideState(state: number, side: number): number {
  return (state >> (side * 3)) & 7;
}

export function stateBefore(state: number, side: number): number {
  return (state >> (6 + side * 3)) & 7;
}

export function hasFin(state: number, side: number): boolean {
  return ((state >> (12 + side)) & 1) === 1;
}

export function withFin(state: number, side: number): number {
  return state | (1 << (12 + side));
}

export function withState(state: number, side: number, next: number): number {
  const before = sideState(state, side);
  const cleared = state & ~((7 << (side * 3)) | (7 << (6 + side * 3)));
  return cleared | (next << (side * 3)) | (before << (6 + side * 3));
}

/** Nothing more can come of it but late packets: one side reset it, both closed it, or one did and the other never spoke. */
export function isDone(state: number): boolean {
  const originator = state & 7;
  const responder = (state >> 3) & 7;
  if (originator === Side.reset || responder === Side.reset) return true;
  if (originator === Side.closed) return responder === Side.closed || responder === Side.inactive;
  return responder === Side.closed && originator === Side.inactive;
}

/** A question without an answer. */
export function isAttempt(state: number): boolean {
  const originator = state & 7;
  return ((state >> 3) & 7) === Side.inactive && (originator === Side.synSent || originator === Side.synAckSent);
}
