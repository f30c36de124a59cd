import { errorFacts } from '../../base/error-facts.ts';
import { hasCode } from '../../base/errors.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { type HeadRow, keys, type SentRow } from '../records.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import type { Room } from '../rooms/room-rows.ts';
import type { Author, Content, MessageContent, RoomEvent } from './content.ts';
import { messageAt } from './changes.ts';
import { readHead } from './log.ts';
import { sealRun } from './run-rows.ts';

/** Something to be written into a room. */
export interface Entry {
  readonly author: Author;
  readonly content: Content;
  /** The client's own id, under which it is written once, for ever. */
  readonly sentAs?: { readonly accountId: string; readonly messageId: string };
  /** Throws when the author may not, in the room as it is when it is written. */
  readonly mayWrite: (room: Room) => Promise<void>;
  /** Of a change: the message as it is after it. */
  readonly about?: RoomEvent;
  /** Records that are written with it, at most {@link MAX_BESIDE}. When one of their conditions fails, so does the write. */
  readonly beside?: {
    readonly atMost: number;
    operations(at: { readonly sequence: number; readonly atMs: number }): readonly RecordOperation[];
  };
  /** Names what these records are: two that touch the same are not written at once. */
  readonly touches?: readonly string[];
}

export interface RoomWriter {
  /**
   * Resolves when it is durable, or was written before under the same id of the client. Throws what `mayWrite` throws,
   * `chat_busy`, `record_conflict` where what is written beside it was not as expected, and what the records throw: then it may have been written, and sending it again
   * with the same id makes sure.
   */
  write(roomId: string, entry: Entry): Promise<RoomEvent>;
}

/** A transaction holds 100 operations; the room, its head and the run are three. */
const MAX_OPERATIONS = 97;
/** Operations beside one entry, which may have an id of its client's besides. */
export const MAX_BESIDE = 96;
/** Of sealed text in one run, which is one value of at most 350 KiB. */
const MAX_RUN_BYTES = 256 * 1024;
/** Conflicts in a row before it is given up: another server writes faster than this one reads. */
const ATTEMPTS = 50;

interface Waiting {
  readonly entry: Entry;
  readonly resolve: (event: RoomEvent) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What waits for one room is written together: one transaction on condition that the room and its head are as they
 * were read, which gives each event the next sequence. Another server that writes at the same time makes one of the two
 * read again. Rooms do not wait for each other.
 *
 * `onWritten` hears of everything in its order.
 */
export function openRoomWriter(
  deps: ChatDeps,
  rooms: OpenRooms,
  onWritten: (room: Room, events: readonly RoomEvent[], epoch: string) => void,
): RoomWriter {
  const { records, clock } = deps;
  const queues = new Map<string, Waiting[]>();

  /** The first ones that fit into one transaction and may be written; the others are answered or stay. */
  const take = async (room: Room, queue: Waiting[]): Promise<Waiting[]> => {
    const batch: Waiting[] = [];
    const touched = new Set<string>();
    let [bytes, operations] = [0, 0];
    while (queue.length > 0) {
      const next = queue[0] as Waiting;
      const { sentAs, content, mayWrite, beside, touches = [] } = next.entry;
      const names = sentAs ? [`${sentAs.accountId} ${sentAs.messageId}`, ...touches] : touches;
      bytes += content.kind === 'message' ? sizeOf(content) : sizeOf({ text: '' });
      operations += (sentAs ? 1 : 0) + (beside?.atMost ?? 0);
      const isFull = bytes > MAX_RUN_BYTES || operations > MAX_OPERATIONS || batch.length === MAX_OPERATIONS;
      // The same one twice at once: the second finds the first when its turn comes.
      if (batch.length > 0 && (isFull || names.some((name) => touched.has(name)))) break;
      queue.shift();
      try {
        await mayWrite(room);
        batch.push(next);
        for (const name of names) touched.add(name);
      } catch (error) {
        next.reject(error);
      }
    }
    return batch;
  };

  /** Resolves to what was written; an entry that was sent before is answered, and missing in it. */
  const commit = async (room: Room, batch: Waiting[]): Promise<'again' | 'done'> => {
    const { roomId } = room;
    const head = await readHead(deps, roomId);
    if (!head) throw chatErrors('chat_room_damaged', { attempted: `Write into room ${roomId}` });
    const before = head.value;
    const atMs = Math.max(clock(), before.lastMs);
    const events: RoomEvent[] = [];
    const more: { readonly waiting: Waiting; readonly operation: RecordOperation; readonly isSent: boolean }[] = [];
    for (const [index, waiting] of batch.entries()) {
      const { author, content, sentAs, about, beside } = waiting.entry;
      const event = { roomId, sequence: before.sequence + 1 + index, atMs, author, content };
      events.push(about ? { ...event, message: about } : event);
      for (const operation of beside?.operations(event) ?? []) more.push({ waiting, operation, isSent: false });
      if (!sentAs) continue;
      const value: SentRow = { sequence: event.sequence };
      const place = keys.sent(roomId, sentAs.accountId, sentAs.messageId);
      more.push({ waiting, operation: { op: 'put', ...place, value, if: 'absent' }, isSent: true });
    }
    const sequence = before.sequence + batch.length;
    const next: HeadRow = { ...before, sequence, lastMs: atMs };
    try {
      await records.transact([
        { op: 'check', ...room.place, if: { revision: room.revision } },
        { op: 'put', ...keys.head(roomId), value: next, if: { revision: head.revision } },
        { op: 'put', ...keys.run(roomId, sequence), value: sealRun(room.key, roomId, events), if: 'absent' },
        ...more.map(({ operation }) => operation),
      ]);
    } catch (error) {
      if (!hasCode(error, 'record_conflict')) throw error;
      const index = Number(error.extra['index']);
      if (index === 0) rooms.forget(roomId);
      const failed = more[index - 3];
      if (failed) {
        batch.splice(batch.indexOf(failed.waiting), 1);
        if (failed.isSent) await answerRepeated(deps, room, failed.waiting);
        else failed.waiting.reject(error);
      }
      return 'again';
    }
    onWritten(room, events, before.epoch);
    for (const [index, { resolve }] of batch.entries()) resolve(events[index] as RoomEvent);
    return 'done';
  };

  const writeBatch = async (roomId: string, queue: Waiting[]): Promise<void> => {
    let batch: Waiting[] = [];
    try {
      for (let attempt = 1; ; attempt += 1) {
        const room = await rooms.recent(roomId);
        // What was taken before is looked at again: the room may be another one by now.
        batch = await take(room, attempt === 1 ? queue : batch);
        if (batch.length === 0 || (await commit(room, batch)) === 'done') return;
        if (attempt === ATTEMPTS) throw chatErrors('chat_busy', { detail: 'other servers write into it all the time' });
      }
    } catch (error) {
      const failed = batch.length > 0 ? batch : queue.splice(0);
      for (const { reject } of failed) reject(error);
      if (!hasCode(error)) deps.log.error({ roomId, ...errorFacts(error) }, 'Messages could not be written');
    }
  };

  const run = async (roomId: string, queue: Waiting[]): Promise<void> => {
    while (queue.length > 0) {
      // Whoever was answered just now, and goes on, comes along.
      await new Promise(setImmediate);
      await writeBatch(roomId, queue);
    }
    queues.delete(roomId);
  };

  return {
    write(roomId, entry) {
      if ((entry.beside?.atMost ?? 0) > MAX_BESIDE)
        throw new RangeError(`At most ${MAX_BESIDE} records beside an event`);
      return new Promise((resolve, reject) => {
        const queue = queues.get(roomId);
        if (queue && queue.length >= deps.settings.chatQueuedMessages) {
          reject(chatErrors('chat_busy', { attempted: 'Send a message' }));
          return;
        }
        const waiting = { entry, resolve, reject };
        if (queue) {
          queue.push(waiting);
          return;
        }
        const started = [waiting];
        queues.set(roomId, started);
        void run(roomId, started);
      });
    },
  };
}

/** The message that was sent under this id of the client's; `null` when there is none. */
export async function sentBefore(
  deps: ChatDeps,
  room: Room,
  { accountId, messageId }: NonNullable<Entry['sentAs']>,
): Promise<RoomEvent | null> {
  const { pk, sk } = keys.sent(room.roomId, accountId, messageId);
  const sent = await deps.records.get<SentRow>(pk, sk);
  return sent && (await messageAt(deps, room, sent.value.sequence));
}

/** A message that was sent before is the one that was sent before. */
async function answerRepeated(deps: ChatDeps, room: Room, { entry, resolve, reject }: Waiting): Promise<void> {
  try {
    const event = entry.sentAs && (await sentBefore(deps, room, entry.sentAs));
    if (event) resolve(event);
    else reject(chatErrors('chat_message_not_found', { attempted: 'Send a message again' }));
  } catch (error) {
    reject(error);
  }
}

/** Bytes of what is sealed in base64url, with everything around it. In JSON a character may take six. */
function sizeOf({ text, attachments = [] }: Pick<MessageContent, 'text' | 'attachments'>): number {
  const attached = attachments.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(attachments));
  return Math.ceil(((Buffer.byteLength(JSON.stringify(text)) + attached) * 4) / 3) + 512;
}
