/** Searches what was said, newest first, by opening it: nothing of a text lies in an index. */
import type { RecordItem } from '../../storage/index.ts';
import { withStandings } from '../attachments/standings.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { logOf, RUNS, runAt, type RunRow } from '../records.ts';
import type { Room } from '../rooms/room-rows.ts';
import { BLOCK } from './blocks.ts';
import { changesIn } from './changes.ts';
import { type RoomEvent, textOf } from './content.ts';
import { eventsOf, runText, spanOf } from './run-rows.ts';

/** Rows that are read at once: about a megabyte, after which others get their turn. */
const ROWS = 16;
const MOST_WORDS = 10;

/** Words of a query; a message must hold all of them, in any case. Throws `chat_query_invalid`. */
export function wordsOf(query: string): string[] {
  const words = [...new Set(fold(query).split(/\s+/))].filter((word) => word !== '');
  if (words.length === 0 || words.length > MOST_WORDS) throw chatErrors('chat_query_invalid');
  return words;
}

/** Messages of a room that hold all the words, newest first; with `before` those before this sequence. */
export async function* searchRoom(
  deps: ChatDeps,
  room: Room,
  words: readonly string[],
  before = Infinity,
): AsyncGenerator<RoomEvent> {
  // The row that holds the one before may end later, by less than a block.
  let after = before === Infinity ? undefined : runAt(before + BLOCK);
  do {
    const options = { prefix: RUNS, reverse: true, limit: ROWS, ...(after === undefined ? {} : { after }) };
    const page = await deps.records.query<RunRow>(logOf(room.roomId), options);
    for (const item of page.items) {
      const found = await foundIn(deps, room, item, words);
      yield* found.filter(({ sequence }) => sequence < before && sequence > room.forgottenUpTo).toReversed();
    }
    after = page.next;
    // A search holds up nobody.
    await new Promise(setImmediate);
  } while (after !== undefined);
}

/** Of several rooms, by time. */
export async function* searchRooms(
  deps: ChatDeps,
  rooms: readonly Room[],
  words: readonly string[],
): AsyncGenerator<RoomEvent> {
  const searches = rooms.map((room) => searchRoom(deps, room, words));
  const next = async (search: AsyncGenerator<RoomEvent>) => {
    const { value, done } = await search.next();
    return done ? null : { search, event: value };
  };
  let heads = (await Promise.all(searches.map(next))).filter((head) => head !== null);
  while (heads.length > 0) {
    const newest = heads.reduce((a, b) => (b.event.atMs > a.event.atMs ? b : a));
    yield newest.event;
    const following = await next(newest.search);
    heads = heads.flatMap((head) => (head === newest ? (following ?? []) : head));
  }
}

async function foundIn(
  deps: ChatDeps,
  room: Room,
  item: RecordItem<RunRow>,
  words: readonly string[],
): Promise<RoomEvent[]> {
  const span = spanOf(item);
  const changes = await changesIn(deps, room, span.first, span.last);
  const isEdited = [...changes.values()].some(({ text }) => text !== undefined);
  const whole = runText(room, item);
  // Most runs hold none of the words: they are not even taken apart.
  if (whole !== null && !isEdited && !holdsAll(fold(whole), words.map(asInJson))) return [];
  const found = eventsOf(room, item, whole).flatMap((event) => {
    const own = changes.get(event.sequence);
    const now = own ? { ...event, changes: own } : event;
    const text = searchedText(now);
    return text !== null && holdsAll(fold(text), words) ? now : [];
  });
  return await Promise.all(found.map((event) => withStandings(deps, event)));
}

/** What is attached is found by its name. */
function searchedText(event: RoomEvent): string | null {
  const text = textOf(event);
  const { content } = event;
  if (text === null || content?.kind !== 'message' || !content.attachments) return text;
  return [text, ...content.attachments.map(({ name }) => name)].join('\n');
}

const fold = (text: string): string => text.normalize('NFC').toLowerCase();
const asInJson = (word: string): string => JSON.stringify(word).slice(1, -1);
const holdsAll = (text: string, words: readonly string[]): boolean => words.every((word) => text.includes(word));
