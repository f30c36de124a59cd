/**
 * Removes what a room keeps no longer: messages, what is attached to them, their edits, reactions, pins and threads, and that they name somebody.
 * First the room says how far it has forgotten, and nobody is shown anything up to there; then the rows go, which may be
 * broken off and begun again. Sequences are never given anew.
 */
import { hasCode } from '../../base/errors.ts';
import type { RecordItem, RecordOperation } from '../../storage/index.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { endAttachmentsOf, hasAttachments } from '../attachments/end-of-message.ts';
import { sequenceBefore } from '../messages/at-time.ts';
import { eventsOf, sealRun, spanOf } from '../messages/run-rows.ts';
import { forgetWordMentions } from '../people/word-mentions.ts';
import {
  CHANGES,
  EDITS,
  keys,
  logOf,
  PINS,
  RUNS,
  type RunRow,
  type SealedRow,
  sequenceIn,
  THREADS,
  topics,
  WORDS,
} from '../records.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { type Room, withRoomMac } from '../rooms/room-rows.ts';

const DAY_MS = 86_400_000;
/** Rows that go in one transaction. */
const TOGETHER = 90;
/** Runs that are opened before others get their turn. */
const RUNS_AT_ONCE = 8;

/** One room, until nothing of it is left to do. A conflict with another server is left to the next turn. */
export async function forgetOld(deps: ChatDeps, rooms: OpenRooms, roomId: string, signal: AbortSignal): Promise<void> {
  try {
    const before = await rooms.read(roomId);
    const upTo = await raiseMark(deps, rooms, before);
    if (upTo === 0) return;
    const room = { ...before, forgottenUpTo: upTo };
    await removeRuns(deps, room, upTo, signal);
    await removeWordMentions(deps, room, upTo, signal);
    for (const prefix of [CHANGES, EDITS, PINS, THREADS]) await removeBeside(deps, roomId, prefix, upTo, signal);
  } catch (error) {
    if (!hasCode(error, 'record_conflict')) throw error;
  }
}

/** Answers up to where the room has forgotten; 0: nothing. */
async function raiseMark(deps: ChatDeps, rooms: OpenRooms, room: Room): Promise<number> {
  const { roomId, row, retentionDays, forgottenUpTo } = room;
  if (!row || retentionDays === null) return forgottenUpTo;
  const upTo = await sequenceBefore(deps, room, deps.clock() - retentionDays * DAY_MS);
  if (upTo <= forgottenUpTo) return forgottenUpTo;
  const { mac: _, ...before } = row;
  const value = withRoomMac(deps.workspaceKey, roomId, { ...before, forgottenUpTo: upTo });
  await deps.records.transact([
    { op: 'put', ...keys.room(roomId), value, if: { revision: room.revision } },
    ...deps.audit.operations({
      act: 'chat_room.forgotten',
      actorId: null,
      sessionId: null,
      subjectIds: [roomId],
      facts: { from: forgottenUpTo + 1, upTo, retentionDays },
    }),
  ]);
  rooms.forget(roomId);
  deps.pubSub.publish(topics.changed(roomId), {});
  return upTo;
}

async function removeRuns(deps: ChatDeps, room: Room, upTo: number, signal: AbortSignal): Promise<void> {
  const pk = logOf(room.roomId);
  while (!signal.aborted) {
    const { items } = await deps.records.query<RunRow>(pk, { prefix: RUNS, limit: RUNS_AT_ONCE });
    const old = items.filter((item) => spanOf(item).first <= upTo);
    for (const item of old) await removeRun(deps, room, item, upTo);
    if (old.length < RUNS_AT_ONCE) return;
    await new Promise(setImmediate);
  }
}

/** What of a run is younger stays, encrypted again without the rest. */
async function removeRun(deps: ChatDeps, room: Room, item: RecordItem<RunRow>, upTo: number): Promise<void> {
  const { pk, sk, revision } = item;
  const events = eventsOf(room, item);
  for (const event of events) {
    if (event.sequence <= upTo && hasAttachments(event)) await endAttachmentsOf(deps, null, event);
  }
  const named = events.flatMap(({ sequence, atMs, content }): RecordOperation[] => {
    if (sequence > upTo || content?.kind !== 'message') return [];
    return (content.mentions ?? []).map((each) => ({
      op: 'delete',
      ...keys.mention(each, atMs, room.roomId, sequence),
    }));
  });
  for (let from = 0; from < named.length; from += TOGETHER) {
    await deps.records.transact(named.slice(from, from + TOGETHER));
  }
  const younger = events.filter(({ sequence }) => sequence > upTo);
  const value = younger.length > 0 ? sealRun(room.key, room.roomId, younger) : null;
  await deps.records.transact([
    value ? { op: 'put', pk, sk, value, if: { revision } } : { op: 'delete', pk, sk, if: { revision } },
  ]);
}

async function removeWordMentions({ records }: ChatDeps, room: Room, upTo: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const wanted = { prefix: WORDS, limit: RUNS_AT_ONCE };
    const { items } = await records.query<SealedRow>(logOf(room.roomId), wanted);
    const old = items.filter(({ sk }) => sequenceIn(sk) <= upTo);
    for (const item of old) await records.transact(forgetWordMentions(room, item));
    if (old.length < RUNS_AT_ONCE) return;
    await new Promise(setImmediate);
  }
}

/** The keys begin with the sequence of a message, or of the thread's first, which is older than all others in it. */
async function removeBeside(
  { records }: ChatDeps,
  roomId: string,
  prefix: string,
  upTo: number,
  signal: AbortSignal,
): Promise<void> {
  const pk = logOf(roomId);
  for (let after: string | undefined; !signal.aborted;) {
    const options = { prefix, limit: TOGETHER, ...(after === undefined ? {} : { after }) };
    const page = await records.query(pk, options);
    const first = (sk: string): number => Number(sk.split('#')[1]);
    const old = page.items.filter(({ sk }) => (prefix === THREADS ? sequenceIn(sk) : first(sk)) <= upTo);
    if (old.length > 0) await records.transact(old.map(({ sk }) => ({ op: 'delete', pk, sk })));
    const last = page.items.at(-1);
    if (page.next === undefined || !last || first(last.sk) > upTo) return;
    after = page.next;
  }
}
