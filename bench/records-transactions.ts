/**
 * The record store takes >= 10,000 durable transactions of three rows a second through its port, with the checks,
 * limits and revisions that it promises. Beside it the bare database: node:sqlite with one such table and the same settings, each
 * transaction a commit of its own, nothing checked. Reads of one row and of a page of 100 are told beside them.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { newId } from '../src/base/ids.ts';
import { silentLog } from '../src/base/log.ts';
import { type JsonObject, openSqliteRecordStore, type RecordStore } from '../src/storage/index.ts';
import { claim, type Measured } from './frame/claim.ts';
import { type Line, race } from './frame/lines.ts';
import { inTurns } from './frame/numbers.ts';

const ROUNDS = 5;
/** Of each side in each round: a count would take minutes on a disk with a slow fsync. */
const ROUND_MS = 1_000;
/** Rows that reads meet: 64 partitions. */
const STORED = 12_800;
const PAGE_ROWS = 100;
/** How many wait for an answer at the same time. */
const CONCURRENCY = [1, 8, 64, 256];

/** About as large and as nested as the row of a version. */
function valueOf(number: number): JsonObject {
  const sealed = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJCrze8SNFZ4kA'.repeat(4);
  return {
    versionId: `0199f3a0-0000-7000-8000-${String(number).padStart(12, '0')}`,
    atMs: 1_800_000_000_000 + number,
    authorId: '0199f3a0-0000-7000-8000-00000000a0a0',
    size: number,
    object: { objectId: '0199f3a0-0000-7000-8000-00000000b0b0', size: number, generation: 1, copies: [1, 2] },
    sealed,
  };
}

interface Row {
  readonly pk: string;
  readonly sk: string;
  readonly value: JsonObject;
}

/** What one upload writes, under keys as it makes them: new ids, and an event behind the last one. */
function rowsOf(number: number): Row[] {
  const value = valueOf(number);
  return [
    { pk: `entry#${newId()}`, sk: `version#${newId()}`, value },
    { pk: `object#${newId()}`, sk: 'object', value },
    { pk: 'event#2026-11-28', sk: newId(), value },
  ];
}

/** Row `number` of those that are read, {@link STORED} of them in 64 partitions. */
function storedAt(number: number): { readonly pk: string; readonly sk: string } {
  return { pk: `stored#${number % 64}`, sk: String(number).padStart(8, '0') };
}

function bareDatabase(path: string) {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;
    PRAGMA wal_autocheckpoint = 4000;
    CREATE TABLE records (pk TEXT NOT NULL, sk TEXT NOT NULL, value TEXT NOT NULL, revision TEXT NOT NULL,
      expires_at INTEGER, PRIMARY KEY (pk, sk)) STRICT, WITHOUT ROWID;
    CREATE INDEX records_expiry ON records (expires_at) WHERE expires_at IS NOT NULL;`);
  const put = database.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?)');
  const get = database.prepare('SELECT * FROM records WHERE pk = ? AND sk = ?');
  const page = database.prepare('SELECT * FROM records WHERE pk = ? AND sk >= ? ORDER BY sk LIMIT ?');
  return {
    transact(rows: readonly Row[]): void {
      database.exec('BEGIN IMMEDIATE');
      const revision = newId();
      for (const { pk, sk, value } of rows) put.run(pk, sk, JSON.stringify(value), revision, null);
      database.exec('COMMIT');
    },
    get: (pk: string, sk: string): unknown => JSON.parse(String(get.get(pk, sk)?.['value'])),
    page: (pk: string): unknown[] => page.all(pk, '', PAGE_ROWS).map((row) => JSON.parse(String(row['value']))),
    close: (): void => database.close(),
  };
}

/** Acts per second for a while, `concurrency` of them at a time. `act` is told which one it is. */
async function rate(concurrency: number, act: (number: number) => Promise<unknown>): Promise<number> {
  let done = 0;
  const started = performance.now();
  const loops = Array.from({ length: concurrency }, async () => {
    while (performance.now() - started < ROUND_MS) await act(done++);
  });
  await Promise.all(loops);
  return done / ((performance.now() - started) / 1000);
}

async function transactions(records: RecordStore, bare: ReturnType<typeof bareDatabase>): Promise<Line[]> {
  const sides: Record<string, () => Promise<number>> = {
    bare: async () => await rate(1, async (number) => bare.transact(rowsOf(number))),
  };
  for (const concurrency of CONCURRENCY) {
    sides[concurrency] = async () =>
      await rate(concurrency, async (number) => {
        await records.transact(rowsOf(number).map((row) => ({ op: 'put', ...row })));
      });
  }
  sides['conditions'] = async () =>
    await rate(64, async (number) => {
      await records.transact(rowsOf(number).map((row) => ({ op: 'put', ...row, if: 'absent' })));
    });
  const rates = await inTurns(ROUNDS, sides);
  const line = (what: string, ours: readonly number[] = [], atLeast?: number): Line => {
    const raced = race(what, { ours, peer: rates['bare'] ?? [], name: 'bare', unit: '/s', better: 'more' });
    if (atLeast === undefined) return raced;
    return { ...raced, budget: `>= ${atLeast.toLocaleString('en')}/s`, ok: medianAtLeast(ours, atLeast) };
  };
  return [
    ...CONCURRENCY.map((each) =>
      line(`3-row transactions, ${each} at a time`, rates[each], each > 1 ? 10_000 : undefined),
    ),
    line('the same, 64 at a time, each row on condition that it is new', rates['conditions'], 10_000),
  ];
}

function medianAtLeast(numbers: readonly number[], limit: number): boolean {
  return numbers.filter((number) => number >= limit).length * 2 > numbers.length;
}

async function reads(records: RecordStore, bare: ReturnType<typeof bareDatabase>): Promise<Line[]> {
  for (let number = 0; number < STORED; number += 100) {
    const rows = Array.from({ length: 100 }, (_, each) => ({
      ...storedAt(number + each),
      value: valueOf(number + each),
    }));
    bare.transact(rows);
    await records.transact(rows.map((row) => ({ op: 'put', ...row })));
  }
  const gets = await inTurns(ROUNDS, {
    ours: async () =>
      await rate(8, async (number) => {
        const { pk, sk } = storedAt(number % STORED);
        if ((await records.get(pk, sk)) === null) throw new Error(`There is no record ${pk} ${sk}`);
      }),
    peer: async () =>
      await rate(1, async (number) => {
        const { pk, sk } = storedAt(number % STORED);
        bare.get(pk, sk);
      }),
  });
  const pages = await inTurns(ROUNDS, {
    ours: async () => await rate(8, async (number) => await records.query(storedAt(number % 64).pk)),
    peer: async () => await rate(1, async (number) => bare.page(storedAt(number % 64).pk)),
  });
  const told = { name: 'bare', unit: '/s', better: 'more' } as const;
  return [
    race('get of one row, 8 at a time', { ...gets, ...told }),
    race('query of a page of 100 rows, 8 at a time', { ...pages, ...told }),
  ];
}

async function measure(folder: string): Promise<Measured> {
  await using records = await openSqliteRecordStore({
    path: join(folder, 'records.sqlite'),
    clock: Date.now,
    log: silentLog,
  });
  const bare = bareDatabase(join(folder, 'bare.sqlite'));
  try {
    const lines = [...(await transactions(records, bare)), ...(await reads(records, bare))];
    return {
      title: 'durable transactions through the record port',
      lines,
      peers: [`node:sqlite (SQLite ${process.versions.sqlite})`],
      notes: [
        `A transaction puts three new rows of about 500 bytes; each side has ${ROUND_MS / 1000} s in each round. “Bare” is node:sqlite with one such table and the same settings (WAL, synchronous = FULL), one commit for each transaction, from one loop, with no checks; JSON is made and read on both sides.`,
      ],
    };
  } finally {
    bare.close();
  }
}

await claim('records-transactions', measure);
