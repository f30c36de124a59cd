/**
 * Chat accepts >= 10,000 messages a second with history on SQLite: each encrypted, given its sequence, made unique by its
 * client's id and on the disk before it is answered. Beside it the bare database: node:sqlite that inserts as many rows
 * of plain text in as large transactions, with a unique id and a sequence each, nothing encrypted and nothing checked.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { newId } from '../src/base/ids.ts';
import { silentLog } from '../src/base/log.ts';
import { type Chat, openChat } from '../src/chat/index.ts';
import { openSqliteRecordStore } from '../src/storage/index.ts';
import { claim, type Measured } from './frame/claim.ts';
import { type Line, race } from './frame/lines.ts';
import { chatAlone } from './frame/chat-alone.ts';
import { inTurns, median } from './frame/numbers.ts';

const ROUNDS = 5;
const ROUND_MS = 2_000;
const SENDERS = [64, 512];
const ROOMS = 8;
/** As many messages as the bare database puts into one transaction. */
const TOGETHER = 97;
const TARGET = 10_000;
const TEXT =
  'Shall we meet at three? The plan is in /team/plan.md, and Grace has questions about the second half of it.';

const person = (handle: string) =>
  ({ accountId: newId(), sessionId: newId(), handle, name: handle, role: 'member' }) as const;

/** Messages per second of many senders, each of whom waits for an answer before the next. */
async function sendRate(chat: Chat, rooms: readonly string[], senders: number): Promise<number> {
  let accepted = 0;
  const started = performance.now();
  const loops = Array.from({ length: senders }, async (_, index) => {
    const sender = person(`sender-${index}`);
    const room = rooms[index % rooms.length] ?? '';
    while (performance.now() - started < ROUND_MS) {
      await chat.send(sender, room, { text: TEXT, messageId: newId() });
      accepted += 1;
    }
  });
  await Promise.all(loops);
  return accepted / ((performance.now() - started) / 1000);
}

function bareDatabase(path: string) {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;
    PRAGMA wal_autocheckpoint = 4000;
    CREATE TABLE messages (room TEXT NOT NULL, sequence INTEGER NOT NULL, sender TEXT NOT NULL, id TEXT NOT NULL,
      at INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (room, sequence)) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX sent ON messages (room, id, sender);`);
  const insert = database.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)');
  const room = newId();
  const senders = Array.from({ length: SENDERS.at(-1) ?? 1 }, () => newId());
  let sequence = 0;
  return {
    async rate(): Promise<number> {
      const before = sequence;
      const started = performance.now();
      while (performance.now() - started < ROUND_MS) {
        database.exec('BEGIN IMMEDIATE');
        for (let each = 0; each < TOGETHER; each += 1) {
          sequence += 1;
          insert.run(room, sequence, senders[sequence % senders.length] ?? '', newId(), Date.now(), TEXT);
        }
        database.exec('COMMIT');
        await new Promise(setImmediate);
      }
      return (sequence - before) / ((performance.now() - started) / 1000);
    },
    close: (): void => database.close(),
  };
}

async function measure(folder: string): Promise<Measured> {
  const path = join(folder, 'records.sqlite');
  await using records = await openSqliteRecordStore({ path, clock: Date.now, log: silentLog });
  await using chat = await openChat(chatAlone(records));
  const maker = { ...person('maker'), role: 'admin' } as const;
  const rooms: string[] = [];
  for (let number = 0; number < ROOMS; number += 1) {
    rooms.push((await chat.createRoom(maker, { name: `room-${number}`, kind: 'public' })).room.roomId);
  }
  const bare = bareDatabase(join(folder, 'bare.sqlite'));
  try {
    const sides: Record<string, () => Promise<number>> = { bare: () => bare.rate() };
    for (const senders of SENDERS) {
      sides[`${senders}, one`] = () => sendRate(chat, rooms.slice(0, 1), senders);
      sides[`${senders}, many`] = () => sendRate(chat, rooms, senders);
    }
    const rates = await inTurns(ROUNDS, sides);
    const line = (what: string, ours: readonly number[] = [], target?: number): Line => {
      const raced = race(what, { ours, peer: rates['bare'] ?? [], name: 'bare', unit: '/s', better: 'more' });
      if (target === undefined) return raced;
      return { ...raced, budget: `>= ${target.toLocaleString('en')}/s`, ok: median(ours) >= target };
    };
    return {
      title: 'messages accepted a second, with history',
      lines: SENDERS.flatMap((senders) => [
        line(`${senders} senders in one room`, rates[`${senders}, one`], TARGET),
        line(`${senders} senders in ${ROOMS} rooms`, rates[`${senders}, many`], TARGET),
      ]),
      peers: [`node:sqlite (SQLite ${process.versions.sqlite})`],
      notes: [
        `A message is ${TEXT.length} characters with an id of its own; each sender waits for the answer before the next. All in one process through the use case, HTTP left out. “Bare” writes ${TOGETHER} rows of plain text in each transaction.`,
      ],
    };
  } finally {
    bare.close();
  }
}

await claim('chat-send', measure);
