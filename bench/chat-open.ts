/**
 * A room of 1,000,000 messages opens at its last page in <= 10 ms, and a search through 100,000 messages that finds
 * nothing takes <= 1 s: every message is looked at. Filled through the use case that fills it for people.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { newId } from '../src/base/ids.ts';
import { silentLog } from '../src/base/log.ts';
import { openChat } from '../src/chat/index.ts';
import { openSqliteRecordStore } from '../src/storage/index.ts';
import { claim, type Measured } from './frame/claim.ts';
import { chatAlone } from './frame/chat-alone.ts';
import { within } from './frame/lines.ts';

const { values } = parseArgs({ options: { messages: { type: 'string', default: '1000000' } } });
const LARGE = Number(values.messages);
const SEARCHED = 100_000;
const SENDERS = 512;
const PAGES = 101;
const SEARCHES = 5;
const WORDS = 'meet plan team second half three questions about whether the draft budget deploy rollback review'.split(
  ' ',
);

const person = (handle: string) =>
  ({ accountId: newId(), sessionId: newId(), handle, name: handle, role: 'admin' }) as const;

function textOf(number: number): string {
  return Array.from({ length: 12 }, (_, word) => WORDS[(number * 7 + word * (number % 11)) % WORDS.length]).join(' ');
}

async function measure(folder: string): Promise<Measured> {
  const path = join(folder, 'records.sqlite');
  await using records = await openSqliteRecordStore({ path, clock: Date.now, log: silentLog });
  const deps = chatAlone(records);
  const ada = person('ada');
  const rooms: string[] = [];
  {
    await using chat = await openChat(deps);
    for (const [name, count] of [
      ['searched', SEARCHED],
      ['large', LARGE],
    ] as const) {
      const { roomId } = (await chat.createRoom(ada, { name, kind: 'public' })).room;
      rooms.push(roomId);
      let sent = 0;
      const send = async (): Promise<void> => {
        while (sent < count) await chat.send(ada, roomId, { text: textOf((sent += 1)) });
      };
      await Promise.all(Array.from({ length: SENDERS }, send));
    }
    // The last blocks are made when something is said after them; a pause of people does the same.
    await chat.send(ada, rooms[1] ?? '', { text: 'done' });
  }
  // As after a restart: nothing of the rooms is in memory.
  await using chat = await openChat(deps);
  const [searched = '', large = ''] = rooms;
  const timed = async (act: () => Promise<unknown>): Promise<number> => {
    const started = performance.now();
    await act();
    return performance.now() - started;
  };
  const first = await timed(() => chat.history(ada, large, { limit: 50 }));
  const pages: number[] = [];
  for (let page = 0; page < PAGES; page += 1) pages.push(await timed(() => chat.history(ada, large, { limit: 50 })));
  const middle = await timed(() => chat.history(ada, large, { before: Math.floor(LARGE / 2), limit: 50 }));
  const searches: number[] = [];
  const found: number[] = [];
  for (let round = 0; round < SEARCHES; round += 1) {
    searches.push(
      await timed(async () => {
        for await (const _ of await chat.search(ada, { query: 'nowhere', roomId: searched })) found.push(1);
      }),
    );
  }
  return {
    title: 'opening a large room, and searching one',
    lines: [
      within(`last 50 of ${LARGE.toLocaleString('en')} messages, the first time`, [first], 'ms', 10, 1),
      within('the same again', pages, 'ms', 10, 2),
      { what: '50 messages from its middle, the first time', measured: `${middle.toFixed(1)} ms` },
      within(`search of ${SEARCHED.toLocaleString('en')} messages for a word that is nowhere`, searches, 'ms', 1000),
      { what: 'messages found', measured: String(found.length), budget: '0', ok: found.length === 0 },
    ],
    notes: ['Through the use case, HTTP left out. Messages have about 80 characters.'],
  };
}

await claim('chat-open', measure);
