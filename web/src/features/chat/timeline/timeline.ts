/**
 * The part of a room that is in memory: a window of messages that grows at either end and lets go of what is far away, so
 * that a room of a million messages takes as much as one of a thousand. Pure: every step makes another one.
 */
import type { HistoryReply, LiveNews, MessageView, Position } from '../api.ts';

export interface Timeline {
  /** In order. */
  readonly messages: readonly MessageView[];
  /** What to ask for before the first one; `null`: that is the first of the room. */
  readonly earlier: number | null;
  /** What to ask for after the last one; `null`: the window reaches the end and grows with what is said. */
  readonly later: number | null;
  /** Places inside where messages are missing, in order. */
  readonly gaps: readonly Gap[];
  /** Every event up to here has been taken in. */
  readonly position: Position;
  /** The last events, without a hole up to the position: a page that was read before them is put right by them. */
  readonly recent: readonly Event[];
}

/** Something may be missing between these sequences, both of which are there. */
export interface Gap {
  readonly after: number;
  readonly before: number;
}

type Event = Extract<LiveNews, { kind: 'event' }>;

/** Messages that are kept; what is further away is fetched again. */
export const KEPT = 600;
const RECENT = 300;

export function timelineOf(page: HistoryReply): Timeline {
  const { messages, earlier, later, position } = page;
  return { messages, earlier, later, position, gaps: [], recent: [] };
}

/** Pages on both sides of a place, as one. */
export function joined(before: HistoryReply, after: HistoryReply): HistoryReply {
  // What happened between the two is told, and then counts for both.
  const position = before.position.sequence < after.position.sequence ? before.position : after.position;
  return {
    messages: [...unique([...before.messages, ...after.messages])],
    earlier: before.earlier,
    later: after.later,
    forgottenUpTo: before.forgottenUpTo,
    position,
  };
}

/** Whether all that was said after a message is in memory, so that the last one of somebody in it is the last of the room. */
export function reachesEndAfter({ later, gaps }: Timeline, sequence: number): boolean {
  return later === null && gaps.every(({ before }) => before <= sequence);
}

/** With a page that was asked for by `earlier`. */
export function withEarlier(timeline: Timeline, page: HistoryReply): Timeline {
  const messages = unique([...righted(timeline, page), ...timeline.messages]);
  return cutEnd({ ...timeline, messages, earlier: page.earlier });
}

/** With a page that was asked for by `later`. */
export function withLater(timeline: Timeline, page: HistoryReply): Timeline {
  const known = unique([...timeline.messages, ...righted(timeline, page)]);
  if (page.later !== null) return cutStart({ ...timeline, messages: known, later: page.later });
  // The page ends where the room ended when it was read; the rest was told meanwhile.
  const { position, recent } = timeline;
  const read = page.position.sequence;
  const missing = recent.filter(({ sequence }) => sequence > read);
  if (position.sequence - read > missing.length) return cutStart({ ...timeline, messages: known, later: read });
  const said = missing.flatMap(({ what, message }) => (what === 'said' && message ? [message] : []));
  return cutStart({ ...timeline, messages: unique([...known, ...said]), later: null });
}

/** With a page of what is missing at a gap: read after its beginning. Another part of the room, without that gap, stays as it is. */
export function withFilled(timeline: Timeline, gap: Gap, page: HistoryReply): Timeline {
  if (!timeline.gaps.some(({ after, before }) => after === gap.after && before === gap.before)) return timeline;
  const messages = unique([...timeline.messages, ...righted(timeline, page)]);
  const last = page.messages.at(-1)?.sequence ?? gap.before;
  const isClosed = page.later === null || page.later >= gap.before - 1 || last >= gap.before;
  const left = isClosed ? [] : [{ after: page.later ?? last, before: gap.before }];
  const gaps = timeline.gaps.flatMap((each) => (each.after === gap.after ? left : [each]));
  return { ...timeline, messages, gaps };
}

/** With what is known read anew, and what came after it where the window reaches the end. */
export function withReread(timeline: Timeline, page: HistoryReply): Timeline {
  const read = righted(timeline, page);
  if (timeline.later === null && timeline.gaps.length === 0) {
    // Another part of the room may have taken its place meanwhile: what lies before that is not next to it.
    const first = timeline.earlier === null ? 0 : (timeline.messages[0]?.sequence ?? 0);
    const inside = read.filter(({ sequence }) => sequence >= first);
    return cutStart({ ...timeline, messages: unique([...timeline.messages, ...inside]) });
  }
  const now = new Map(read.map((message) => [message.sequence, message]));
  return { ...timeline, messages: timeline.messages.map((message) => now.get(message.sequence) ?? message) };
}

/** After everything up to there was read. */
export function withPosition(timeline: Timeline, position: Position): Timeline {
  const { epoch, sequence } = timeline.position;
  return epoch === position.epoch && sequence < position.sequence ? { ...timeline, position } : timeline;
}

/** With what happened. An event that is known already changes nothing. */
export function withEvent(timeline: Timeline, event: Event): Timeline {
  const { position } = timeline;
  if (event.sequence <= position.sequence) return timeline;
  const recent = [...timeline.recent.slice(-(RECENT - 1)), event];
  const told = { ...timeline, recent, position: { ...position, sequence: event.sequence } };
  return event.message ? withMessage(told, event.message, event.what === 'said') : told;
}

/** With a message as it is now; where it is new, only a window that reaches the end takes it. */
export function withMessage(timeline: Timeline, message: MessageView, isNew: boolean): Timeline {
  const { messages } = timeline;
  const at = messages.findIndex(({ sequence }) => sequence === message.sequence);
  if (at >= 0) return { ...timeline, messages: messages.with(at, message) };
  if (!isNew || timeline.later !== null) return timeline;
  return cutStart({ ...timeline, messages: unique([...messages, message]) });
}

/**
 * More was missed than the server repeats: what comes next is the last page of the room, which begins at `earlier`. Between
 * that and what is known there may be a gap.
 */
export function withBreak(timeline: Timeline, position: Position, earlier: number | null): Timeline {
  const { messages, gaps } = timeline;
  const last = timeline.position.sequence;
  const moved = { ...timeline, position, recent: [] };
  if (timeline.later !== null || messages.length === 0) return moved;
  if (earlier === null || earlier <= last + 1) return moved;
  return { ...moved, gaps: [...gaps, { after: last, before: earlier }] };
}

/** A page as far as it is not older than what was told since it was read. */
function righted({ recent }: Timeline, { messages, position }: HistoryReply): readonly MessageView[] {
  const told = new Map<number, MessageView>();
  for (const { sequence, message } of recent) {
    if (sequence > position.sequence && message) told.set(message.sequence, message);
  }
  return told.size === 0 ? messages : messages.map((message) => told.get(message.sequence) ?? message);
}

/** In order; of two with the same sequence the later one counts. */
function unique(messages: readonly MessageView[]): readonly MessageView[] {
  const isOrdered = messages.every(({ sequence }, at) => at === 0 || sequence > (messages[at - 1]?.sequence ?? 0));
  if (isOrdered) return messages;
  const bySequence = new Map(messages.map((message) => [message.sequence, message]));
  return [...bySequence.values()].toSorted((a, b) => a.sequence - b.sequence);
}

function cutStart(timeline: Timeline): Timeline {
  if (timeline.messages.length <= KEPT) return timeline;
  const messages = timeline.messages.slice(-KEPT);
  const first = messages[0]?.sequence ?? 0;
  return { ...timeline, messages, earlier: first, gaps: timeline.gaps.filter(({ after }) => after >= first) };
}

function cutEnd(timeline: Timeline): Timeline {
  if (timeline.messages.length <= KEPT) return timeline;
  const messages = timeline.messages.slice(0, KEPT);
  const last = messages.at(-1)?.sequence ?? 0;
  return { ...timeline, messages, later: last, gaps: timeline.gaps.filter(({ before }) => before <= last) };
}
