/**
 * Which column of a segment is which. Those that are asked for together lie in one part, which is read on its own: a search for a port
 * opens nothing but ports. Times are microseconds.
 */
export const Field = {
  ts: 0,
  /** Places in the segment's addresses. */
  originator: 1,
  responder: 2,
  originatorPort: 3,
  responderPort: 4,
  protocol: 5,
  /** Place in `connStates`. */
  state: 6,
  /** Place in the segment's texts and one; 0: none. */
  service: 7,
  /** Bits of {@link Flag}. */
  flags: 8,
  /** Three words of 32 bits, see records/flow-id.ts. */
  uid: 9,
  originatorPackets: 12,
  responderPackets: 13,
  originatorIpBytes: 14,
  responderIpBytes: 15,
  duration: 16,
  originatorBytes: 17,
  responderBytes: 18,
  missed: 19,
  originatorRetransmits: 20,
  responderRetransmits: 21,
  /** As flows/history.ts has it: a length and five words. */
  historyLength: 22,
  history: 23,
  process: 28,
  user: 29,
  /** And one; 0: not known. */
  pid: 30,
} as const;
/** Of a flow out of a flow log, where nobody holds a socket, these have its interface, its action, and its flags and one. */
export const LoggedField = { interface: Field.process, action: Field.user, tcpFlags: Field.pid } as const;
export const FIELDS = 31;
export const UID_WORDS = 3;
export const HISTORY_WORDS = 5;

/** What a segment is on the disk: columns, from the first to before the next part's; and two parts that have none. */
export const flowParts = ['addresses', 'texts', 'times', 'ends', 'ports', 'kinds', 'uids', 'sums', 'rest'] as const;
export type FlowPart = (typeof flowParts)[number];

export const columnParts = {
  times: [Field.ts, Field.originator],
  ends: [Field.originator, Field.originatorPort],
  ports: [Field.originatorPort, Field.protocol],
  kinds: [Field.protocol, Field.uid],
  uids: [Field.uid, Field.originatorPackets],
  sums: [Field.originatorPackets, Field.duration],
  rest: [Field.duration, FIELDS],
} as const satisfies Partial<Record<FlowPart, readonly [number, number]>>;
export type ColumnPart = keyof typeof columnParts;

/** Of each column the part that it lies in, and its place there. */
export const placesOfFields: readonly (readonly [part: ColumnPart, place: number])[] = Object.entries(
  columnParts,
).flatMap(([part, [from, to]]) =>
  Array.from({ length: to - from }, (_, place) => [part as ColumnPart, place] as const),
);

/** Numbers that may not fit into 32 bits. */
export const wideFields: ReadonlySet<number> = new Set([
  ...[Field.ts, Field.originatorPackets, Field.responderPackets, Field.originatorIpBytes, Field.responderIpBytes],
  ...[Field.duration, Field.originatorBytes, Field.responderBytes, Field.missed],
  ...[Field.originatorRetransmits, Field.responderRetransmits, Field.pid],
]);

/** `oneWay`: what Community ID does not turn around, see flows/layout.ts. `extra`: fields that have no column. */
export const Flag = { partial: 1, oneWay: 2, extra: 4 } as const;

/** A segment holds no more. */
export const MOST_ROWS = 65_536;
