/** The rooms that were on the screen last, as far as they are in memory. */
import { createStore, type Store } from '../../../base/store.ts';
import { fetchHistory, type HistoryReply, type MessageView, type Position } from '../api.ts';
import { KEPT, joined, type Timeline, timelineOf, withPosition, withReread } from './timeline.ts';

/** Going back to one of these shows it at once; any other is fetched. */
const MOST = 4;
/** What one request brings. */
export const PAGE = 100;
const AROUND = 40;

const kept = new Map<string, Timeline>();
const changes = createStore(0);

export const timelines = {
  subscribe: changes.subscribe satisfies Store<number>['subscribe'],
  get: (roomId: string): Timeline | undefined => kept.get(roomId),
  put(roomId: string, timeline: Timeline): void {
    kept.delete(roomId);
    kept.set(roomId, timeline);
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST) break;
      kept.delete(oldest);
    }
    changes.set((count) => count + 1);
  },
  change(roomId: string, change: (timeline: Timeline) => Timeline): void {
    const before = kept.get(roomId);
    if (!before) return;
    const after = change(before);
    if (after === before) return;
    kept.set(roomId, after);
    changes.set((count) => count + 1);
  },
  /** Lets go of a part that does not reach the end of the room, so that going there does not lead past all that lies between. */
  backToEnd(roomId: string): void {
    const timeline = kept.get(roomId);
    if (timeline && timeline.later !== null) timelines.drop(roomId);
  },
  drop(roomId: string): void {
    if (kept.delete(roomId)) changes.set((count) => count + 1);
  },
};

/** Where to open a room. */
export type Place =
  | { readonly kind: 'end' }
  /** Around a message. */
  | { readonly kind: 'sequence'; readonly sequence: number }
  /** RFC 3339. */
  | { readonly kind: 'time'; readonly time: string };

/** Puts the part of the room around a place into memory, unless the place is there already. */
export async function openAt(roomId: string, place: Place, signal: AbortSignal): Promise<void> {
  if (holds(kept.get(roomId), place)) return;
  const page = await pageAt(roomId, place, signal);
  // Whoever wanted it may look elsewhere since, and be there already.
  signal.throwIfAborted();
  timelines.put(roomId, timelineOf(page));
}

function holds(timeline: Timeline | undefined, place: Place): boolean {
  if (!timeline) return false;
  if (place.kind === 'end') return timeline.later === null;
  if (place.kind === 'time') return false;
  const { messages, later, gaps } = timeline;
  const { sequence } = place;
  const isInside = (messages[0]?.sequence ?? Infinity) <= sequence && (later === null || sequence <= later);
  return isInside && !gaps.some(({ after, before }) => after < sequence && sequence < before);
}

async function pageAt(roomId: string, place: Place, signal: AbortSignal): Promise<HistoryReply> {
  if (place.kind === 'end') return await fetchHistory(roomId, { limit: PAGE }, signal);
  if (place.kind === 'sequence') {
    const { sequence } = place;
    const [before, after] = await Promise.all([
      fetchHistory(roomId, { before: sequence + 1, limit: AROUND }, signal),
      fetchHistory(roomId, { after: sequence, limit: PAGE }, signal),
    ]);
    return joined(before, after);
  }
  const after = await fetchHistory(roomId, { at: place.time, limit: PAGE }, signal);
  const first = after.messages[0]?.sequence;
  if (first === undefined) return await fetchHistory(roomId, { limit: PAGE }, signal);
  return joined(await fetchHistory(roomId, { before: first, limit: AROUND }, signal), after);
}

const reading = new Map<string, Promise<readonly MessageView[]>>();

/**
 * Reads what is in memory anew, and what came after it. Answers what was not known. `upTo`: where nothing else tells how far
 * the room has come, it counts as taken in up to there; after a failure it does not, so that it is read when that is told again.
 */
export async function readAnew(roomId: string, upTo?: Position): Promise<readonly MessageView[]> {
  // One at a time, and one more for what happened meanwhile.
  const before = reading.get(roomId) ?? Promise.resolve([]);
  const next = before.then(() => readOnce(roomId, upTo)).catch(() => []);
  reading.set(roomId, next);
  const said = await next;
  if (reading.get(roomId) === next) reading.delete(roomId);
  return said;
}

async function readOnce(roomId: string, upTo: Position | undefined): Promise<readonly MessageView[]> {
  const timeline = kept.get(roomId);
  const first = timeline?.messages[0]?.sequence;
  if (!timeline) return [];
  const known = new Set(timeline.messages.map(({ sequence }) => sequence));
  const said: MessageView[] = [];
  let after = (first ?? 1) - 1;
  for (let read = 0; read <= KEPT;) {
    const page = await fetchHistory(roomId, { after, limit: 200 });
    const { messages, later } = page;
    timelines.change(roomId, (now) => withReread(now, page));
    said.push(...messages.filter(({ sequence }) => !known.has(sequence)));
    read += messages.length;
    if (later === null) break;
    after = later;
  }
  if (upTo) timelines.change(roomId, (now) => withPosition(now, upTo));
  return timeline.later === null ? said : [];
}
