import { errorFacts } from '../../base/error-facts.ts';
import { hasCode } from '../../base/errors.ts';
import type { RecordItem, RecordOperation } from '../../storage/index.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { type BlocksRow, keys, lastOf, logOf, RUNS, runAt, type RunRow } from '../records.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import type { Room } from '../rooms/room-rows.ts';
import { readHead } from './log.ts';
import { eventsOf, sealRun, spanOf } from './run-rows.ts';

/** Events of a full block. */
export const BLOCK = 256;
/** So many that were written together are as good as a block: a search gains little by it that they are written once more. */
export const LARGE = BLOCK / 8;
/** Rows that become one in one transaction, which holds 100 operations. */
const ROWS = 97;
/** Of rows that become one, as they lie there; the block is a little smaller. */
const BLOCK_BYTES = 256 * 1024;
/** Rows that are read: of a busy room they fill a block, and where they do not, as many as one transaction takes. */
const PAGES = [40, ROWS + 1] as const;

export interface Blocks extends AsyncDisposable {
  /** A room has come so far. */
  written(roomId: string, sequence: number): void;
}

/**
 * Puts older events together into blocks of {@link BLOCK}, encrypted in one piece each: a search then opens hundreds of
 * messages at the price of one. Runs of {@link LARGE} events and more, and the last {@link BLOCK} events of a room, stay as
 * they were written. Every step is one
 * transaction on condition that the rows are as they were read, so any server may do it, and any may die at it.
 */
export function openBlocks(deps: ChatDeps, rooms: OpenRooms): Blocks {
  const due = new Set<string>();
  const reached = new Map<string, number>();
  let running: Promise<void> | null = null;
  let ended = false;

  const run = async (): Promise<void> => {
    for (const roomId of due) {
      due.delete(roomId);
      try {
        const room = await rooms.recent(roomId);
        while (!ended && (await putTogether(deps, room)) !== 'all') await new Promise(setImmediate);
      } catch (error) {
        // The next messages of the room bring it up again.
        deps.log.warn({ roomId, ...errorFacts(error) }, 'Older messages of a room could not be put together');
      }
    }
    running = null;
  };

  return {
    written(roomId, sequence) {
      const before = reached.get(roomId) ?? 0;
      // With every block's worth of events, and with the first ones after a start.
      if (ended || sequence <= 2 * BLOCK || sequence < before + BLOCK) return;
      reached.set(roomId, sequence);
      due.add(roomId);
      running ??= run();
    },
    async [Symbol.asyncDispose]() {
      ended = true;
      await running;
    },
  };
}

/** One step; `all`: nothing is left to do by now. */
export async function putTogether(deps: ChatDeps, room: Room): Promise<'more' | 'all'> {
  const { records } = deps;
  const { roomId } = room;
  const at = keys.blocks(roomId);
  const blocks = await records.get<BlocksRow>(at.pk, at.sk);
  const upTo = blocks?.value.upTo ?? 0;
  const head = await readHead(deps, roomId);
  const closed = (head?.value.sequence ?? 0) - BLOCK;
  if (closed - upTo < BLOCK) return 'all';

  const { rows, isFull, areWhole } = await rowsAfter(deps, roomId, upTo, closed);
  const last = rows.at(-1);
  if (!last) return 'all';
  const moved: RecordOperation = {
    op: 'put',
    ...at,
    value: { upTo: spanOf(last).last },
    if: blocks ? { revision: blocks.revision } : 'absent',
  };
  const operations: RecordOperation[] = isFull ? [moved] : [];
  if (rows.length > 1 && !areWhole) {
    const events = rows.flatMap((row) => eventsOf(room, row));
    operations.push(
      {
        op: 'put',
        pk: last.pk,
        sk: last.sk,
        value: sealRun(room.key, roomId, events),
        if: { revision: last.revision },
      },
      ...rows.slice(0, -1).map(({ pk, sk, revision }): RecordOperation => ({ op: 'delete', pk, sk, if: { revision } })),
    );
  }
  if (operations.length === 0) return 'all';
  try {
    await records.transact(operations);
    return 'more';
  } catch (error) {
    // A message was removed, or another server was faster.
    if (hasCode(error, 'record_conflict')) return 'more';
    throw error;
  }
}

interface Found {
  /** Rows that fit into one block, or that each are one (`areWhole`). */
  readonly rows: readonly RecordItem<RunRow>[];
  /** Nothing more would fit. */
  readonly isFull: boolean;
  readonly areWhole: boolean;
}

async function rowsAfter({ records }: ChatDeps, roomId: string, upTo: number, closed: number): Promise<Found> {
  const read = async (limit: number): Promise<readonly RecordItem<RunRow>[]> =>
    (await records.query<RunRow>(logOf(roomId), { prefix: RUNS, after: runAt(upTo), limit })).items;
  const [few, many] = PAGES;
  const items = await read(few);
  const found = firstOf(items, closed);
  return found.isFull || items.length < few ? found : firstOf(await read(many), closed);
}

function firstOf(items: readonly RecordItem<RunRow>[], closed: number): Found {
  const rows: RecordItem<RunRow>[] = [];
  let [count, bytes] = [0, 0];
  const whole = items.findIndex(({ sk, value }) => lastOf(sk) > closed || value.count < LARGE);
  if (whole !== 0 && items.length > 0) {
    return { rows: items.slice(0, whole === -1 ? items.length : whole), isFull: true, areWhole: true };
  }
  for (const item of items) {
    const { first, last } = spanOf(item);
    if (last > closed || rows.length === ROWS) return { rows, isFull: false, areWhole: false };
    count += last - first + 1;
    bytes += item.value.box.length;
    const isNext = rows.length > 0 && (count > BLOCK || bytes > BLOCK_BYTES || item.value.count >= LARGE);
    if (isNext) return { rows, isFull: true, areWhole: false };
    rows.push(item);
    if (count >= BLOCK) return { rows, isFull: true, areWhole: false };
  }
  return { rows, isFull: false, areWhole: false };
}
