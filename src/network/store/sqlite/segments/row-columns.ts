/**
 * Which column of a segment is which. They lie in three parts, read on their own: what filters look at, uids, and the rest.
 * Times are microseconds. Both flows and logs have the first two.
 */
export const Key = {
  ts: 0,
  /** Places in the segment's addresses. */
  originator: 1,
  responder: 2,
  originatorPort: 3,
  responderPort: 4,
  protocol: 5,
  /** Of flows: place in `connStates`. */
  state: 6,
  /** Place in the segment's texts and one; 0: none. */
  service: 7,
  /** Bits of {@link Flag}. */
  flags: 8,
} as const;
export const KEYS = 9;

/** Three words of 32 bits, see records/flow-id.ts. */
export const UID_WORDS = 3;

export const Rest = {
  duration: 0,
  originatorBytes: 1,
  responderBytes: 2,
  missed: 3,
  originatorPackets: 4,
  responderPackets: 5,
  originatorIpBytes: 6,
  responderIpBytes: 7,
  originatorRetransmits: 8,
  responderRetransmits: 9,
  /** As flows/history.ts has it: a length and five words. */
  historyLength: 10,
  history: 11,
  process: 16,
  user: 17,
  /** And one; 0: not known. */
  pid: 18,
} as const;
export const RESTS = 19;

/** `oneWay`: what Community ID does not turn around, see flows/layout.ts. `extra`: fields that have no column. */
export const Flag = { partial: 1, oneWay: 2, extra: 4 } as const;

/** A segment holds no more. */
export const MOST_ROWS = 65_536;
