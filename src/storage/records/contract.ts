import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { hasCode } from '../../base/errors.ts';
import type { Clock } from '../../base/clock.ts';
import type { JsonObject, RecordItem, RecordOperation, RecordStore } from './record-store.ts';

/** What a test may need of a store beyond the port. */
export interface RecordStoreUnderTest {
  readonly records: RecordStore;
  /** Time as the store sees it; null when it cannot be moved (an engine with a clock of its own). */
  readonly clock: { now: number } | null;
}

export function movableClock(now = 1_800_000_000_000): { now: number; readonly read: Clock } {
  const clock = { now, read: () => clock.now };
  return clock;
}

type Counter = { readonly count: number };

/** What every record store promises. `make` gives an empty store; the suite disposes it. */
export function recordStoreContract(name: string, make: () => Promise<RecordStoreUnderTest>): void {
  const promise = (text: string, body: (under: RecordStoreUnderTest) => Promise<void>): void => {
    test(text, async () => {
      const under = await make();
      await using records = under.records;
      await body({ ...under, records });
    });
  };
  const put = (pk: string, sk: string, value: JsonObject = {}): RecordOperation => ({ op: 'put', pk, sk, value });
  const sks = (page: { readonly items: readonly RecordItem[] }): string[] => page.items.map((item) => item.sk);
  const refused = (code: string, index?: number) => (error: unknown) =>
    hasCode(error, code) && (index === undefined || error.extra['index'] === index);

  describe(`${name} keeps the record store contract`, () => {
    promise('a value comes back as it was put, under a revision that changes with every write', async ({ records }) => {
      const value = { text: 'naïve 報告 🗝\u0000\n', list: [1, null, true, { deep: -5 }], big: Number.MAX_SAFE_INTEGER };
      await records.transact([put('a', '1', value)]);
      const first = await records.get('a', '1');
      assert.deepEqual(first, { pk: 'a', sk: '1', value, revision: first?.revision });
      await records.transact([put('a', '1', value)]);
      assert.notEqual((await records.get('a', '1'))?.revision, first?.revision);
      assert.equal(await records.get('a', '2'), null);
      assert.equal(await records.get('b', '1'), null);
    });

    promise('any JSON object of whole numbers survives', async ({ records }) => {
      const text = fc.string({ unit: 'binary', maxLength: 12 });
      const { node } = fc.letrec((tie) => ({
        node: fc.oneof(
          { maxDepth: 4 },
          fc.maxSafeInteger(),
          text,
          fc.boolean(),
          fc.constant(null),
          fc.array(tie('node'), { maxLength: 3 }),
          fc.dictionary(text, tie('node'), { maxKeys: 3, noNullPrototype: true }),
        ),
      }));
      await fc.assert(
        fc.asyncProperty(fc.dictionary(text, node, { maxKeys: 4, noNullPrototype: true }), async (value) => {
          await records.transact([put('a', '1', value as JsonObject)]);
          assert.equal(JSON.stringify((await records.get('a', '1'))?.value), JSON.stringify(value));
        }),
        { numRuns: 25 },
      );
    });

    promise('keys named like parts of the language are keys like any other', async ({ records }) => {
      const value = JSON.parse('{"__proto__":{"polluted":1},"constructor":2,"toString":3}') as JsonObject;
      await records.transact([put('__proto__', 'constructor', value)]);
      const item = await records.get('__proto__', 'constructor');
      assert.equal(JSON.stringify(item?.value), JSON.stringify(value));
      assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
      assert.equal(await records.get('constructor', 'name'), null);
    });

    promise('a value changed by its reader or writer afterwards does not change the store', async ({ records }) => {
      const value = { list: ['kept'] };
      await records.transact([put('a', '1', value)]);
      value.list.push('writer');
      const read = await records.get<{ list: string[] }>('a', '1');
      try {
        read?.value.list.push('reader');
      } catch (error) {
        assert.ok(error instanceof TypeError, 'a store may hand out what nobody can change');
      }
      assert.deepEqual((await records.get('a', '1'))?.value, { list: ['kept'] });
    });

    promise('conditions hold or the whole transaction is refused, naming the operation', async ({ records }) => {
      await records.transact([{ op: 'put', pk: 'a', sk: '1', value: { n: 1 }, if: 'absent' }]);
      const { revision } = (await records.get('a', '1'))!;
      const wrong: RecordOperation[] = [
        { op: 'put', pk: 'a', sk: '1', value: {}, if: 'absent' },
        { op: 'put', pk: 'a', sk: '2', value: {}, if: 'present' },
        { op: 'delete', pk: 'a', sk: '2', if: 'present' },
        { op: 'delete', pk: 'a', sk: '2', if: { revision } },
        { op: 'check', pk: 'a', sk: '1', if: { revision: 'something else' } },
        { op: 'check', pk: 'a', sk: '1', if: 'absent' },
        { op: 'check', pk: 'a', sk: '2', if: 'present' },
      ];
      for (const operation of wrong) {
        const before: RecordOperation[] = [put('other', '1'), { op: 'delete', pk: 'other', sk: '2' }];
        await assert.rejects(records.transact([...before, operation]), refused('record_conflict', 2));
        await assert.rejects(records.transact([operation, ...before]), refused('record_conflict', 0));
        for (const later of wrong.filter(({ sk }) => sk !== operation.sk)) {
          await assert.rejects(records.transact([operation, later]), refused('record_conflict', 0));
        }
      }
      assert.deepEqual((await records.get('a', '1'))?.value, { n: 1 });
      assert.deepEqual(sks(await records.query('other')), []);
      await records.transact([
        { op: 'put', pk: 'a', sk: '1', value: { n: 2 }, if: { revision } },
        { op: 'put', pk: 'a', sk: '2', value: {}, if: 'absent' },
        { op: 'check', pk: 'a', sk: '3', if: 'absent' },
      ]);
      await records.transact([
        { op: 'delete', pk: 'a', sk: '1', if: 'present' },
        { op: 'delete', pk: 'a', sk: 'never there' },
      ]);
      assert.deepEqual(sks(await records.query('a')), ['2']);
    });

    promise('a revision never comes back, not even when the record is deleted and made again', async ({ records }) => {
      await records.transact([put('a', '1', { n: 1 })]);
      const { revision } = (await records.get('a', '1'))!;
      await records.transact([{ op: 'delete', pk: 'a', sk: '1' }]);
      await records.transact([put('a', '1', { n: 1 })]);
      await assert.rejects(
        records.transact([{ op: 'delete', pk: 'a', sk: '1', if: { revision } }]),
        refused('record_conflict'),
      );
    });

    promise('of 20 that create one record at once exactly one wins', async ({ records }) => {
      const tries = Array.from({ length: 20 }, (_, n) =>
        records.transact([{ op: 'put', pk: 'a', sk: '1', value: { n }, if: 'absent' }]),
      );
      const settled = await Promise.allSettled(tries);
      const winners = settled.flatMap((result, n) => (result.status === 'fulfilled' ? [n] : []));
      assert.equal(winners.length, 1);
      assert.deepEqual((await records.get('a', '1'))?.value, { n: winners[0] });
    });

    promise('50 counters raised at once under revision conditions lose no step', async ({ records }) => {
      await records.transact([put('a', 'counter', { count: 0 })]);
      const raise = async (): Promise<void> => {
        for (;;) {
          const item = (await records.get<Counter>('a', 'counter'))!;
          const value = { count: item.value.count + 1 };
          try {
            await records.transact([{ op: 'put', pk: 'a', sk: 'counter', value, if: { revision: item.revision } }]);
            return;
          } catch (error) {
            if (!hasCode(error, 'record_conflict')) throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: 50 }, raise));
      assert.deepEqual((await records.get('a', 'counter'))?.value, { count: 50 });
    });

    promise('a refused transaction does no harm to others that run at the same time', async ({ records }) => {
      await records.transact([put('a', 'taken')]);
      const tries = Array.from({ length: 30 }, (_, n) =>
        records.transact([
          put('a', `item ${n}`),
          n % 3 === 0 ? { op: 'put', pk: 'a', sk: 'taken', value: {}, if: 'absent' } : put('b', `item ${n}`),
        ]),
      );
      const settled = await Promise.allSettled(tries);
      for (const [n, { status }] of settled.entries()) {
        assert.equal(status, n % 3 === 0 ? 'rejected' : 'fulfilled');
        assert.equal((await records.get('a', `item ${n}`)) !== null, n % 3 !== 0);
      }
    });

    promise('queries page through one partition in byte order, both ways', async ({ records }) => {
      const keys = ['a', 'a#', 'a#1', 'a#10', 'a#2', 'a.b', 'aB', 'ab', 'b', 'b~', 'b~~', '~'];
      await records.transact(keys.toReversed().map((sk) => put('p', sk)));
      await records.transact([put('p2', 'a#3'), put('o', 'a#4')]);
      assert.deepEqual(sks(await records.query('p')), keys);
      assert.deepEqual(sks(await records.query('p', { reverse: true })), keys.toReversed());
      assert.deepEqual(sks(await records.query('p', { prefix: 'a#' })), ['a#', 'a#1', 'a#10', 'a#2']);
      assert.deepEqual(sks(await records.query('p', { prefix: 'b~' })), ['b~', 'b~~']);
      assert.deepEqual(sks(await records.query('p', { prefix: 'a#', after: 'a#1' })), ['a#10', 'a#2']);
      assert.deepEqual(sks(await records.query('p', { prefix: 'a#', after: 'a' })), ['a#', 'a#1', 'a#10', 'a#2']);
      assert.deepEqual(sks(await records.query('p', { prefix: 'a#', after: 'b' })), []);
      const down = { prefix: 'a#', reverse: true };
      assert.deepEqual(sks(await records.query('p', { ...down, after: 'a#10' })), ['a#1', 'a#']);
      assert.deepEqual(sks(await records.query('p', { ...down, after: 'b' })), ['a#2', 'a#10', 'a#1', 'a#']);
      assert.deepEqual(sks(await records.query('p', { ...down, after: 'a' })), []);
      assert.deepEqual(sks(await records.query('p', { after: 'a#15' })), keys.slice(4));
      assert.deepEqual(await records.query('nobody'), { items: [] });

      for (const reverse of [false, true]) {
        for (const limit of [1, 2, 5, 12, 13]) {
          const seen: string[] = [];
          let after: string | undefined;
          do {
            const page = await records.query('p', { reverse, limit, ...(after === undefined ? {} : { after }) });
            assert.ok(page.items.length <= limit);
            seen.push(...sks(page));
            after = page.next;
          } while (after !== undefined);
          assert.deepEqual(seen, reverse ? keys.toReversed() : keys);
        }
      }
    });

    promise('deleting what was read while paging skips nothing', async ({ records }) => {
      const keys = Array.from({ length: 25 }, (_, n) => `item ${String(n).padStart(2, '0')}`);
      await records.transact(keys.map((sk) => put('p', sk)));
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await records.query('p', { limit: 4, ...(after === undefined ? {} : { after }) });
        seen.push(...sks(page));
        await records.transact(page.items.map(({ pk, sk }) => ({ op: 'delete', pk, sk })));
        after = page.next;
      } while (after !== undefined);
      assert.deepEqual(seen, keys);
      assert.deepEqual(await records.query('p'), { items: [] });
    });

    promise('a page of large values ends early and says that there is more', async ({ records }) => {
      const text = 'x'.repeat(300 * 1024);
      const keys = Array.from({ length: 30 }, (_, n) => `item ${String(n).padStart(2, '0')}`);
      for (let at = 0; at < keys.length; at += 10)
        await records.transact(keys.slice(at, at + 10).map((sk) => put('p', sk, { text })));
      const first = await records.query('p', { limit: 1000 });
      assert.ok(first.items.length > 0 && first.items.length < 30);
      assert.equal(first.next, sks(first).at(-1));
      const seen = sks(first);
      for (let after = first.next; after !== undefined;) {
        const page = await records.query('p', { after });
        seen.push(...sks(page));
        after = page.next;
      }
      assert.deepEqual(seen, keys);
    });

    promise('expired records are gone from reads, queries and conditions', async ({ records, clock }) => {
      if (!clock) return;
      const expiresAtMs = clock.now + 1000;
      await records.transact([{ op: 'put', pk: 'a', sk: '1', value: { n: 1 }, expiresAtMs }, put('a', '2')]);
      assert.equal((await records.get('a', '1'))?.expiresAtMs, expiresAtMs);
      clock.now = expiresAtMs - 1;
      assert.deepEqual(sks(await records.query('a')), ['1', '2']);
      const { revision } = (await records.get('a', '1'))!;
      clock.now = expiresAtMs;
      assert.equal(await records.get('a', '1'), null);
      assert.deepEqual(await records.query('a', { limit: 1 }), { items: [await records.get('a', '2')] });
      for (const condition of ['present', { revision }] as const) {
        await assert.rejects(
          records.transact([{ op: 'delete', pk: 'a', sk: '1', if: condition }]),
          refused('record_conflict', 0),
        );
      }
      await records.transact([{ op: 'put', pk: 'a', sk: '1', value: { n: 2 }, if: 'absent' }]);
      assert.deepEqual((await records.get('a', '1'))?.value, { n: 2 });
      assert.equal((await records.get('a', '1'))?.expiresAtMs, undefined);
    });

    promise('limits: 100 operations, 350 KiB a value, 3.5 MiB together, no record twice', async ({ records }) => {
      const many = Array.from({ length: 101 }, (_, n) => put('a', `item ${n}`));
      await assert.rejects(records.transact(many), refused('transaction_invalid'));
      await assert.rejects(records.transact([]), refused('transaction_invalid'));
      const twice: RecordOperation[] = [put('a', 'x'), { op: 'check', pk: 'a', sk: 'x', if: 'absent' }];
      await assert.rejects(records.transact(twice), refused('transaction_invalid'));
      const room = 350 * 1024 - '{"text":""}'.length;
      const over = { text: 'x'.repeat(room + 1) };
      await assert.rejects(records.transact([put('a', 'y'), put('a', 'x', over)]), refused('record_too_large', 1));
      const umlauts = { text: 'ü'.repeat(room / 2 + 1) };
      await assert.rejects(records.transact([put('a', 'x', umlauts)]), refused('record_too_large', 0));
      const full = { text: 'x'.repeat(room) };
      const eleven = Array.from({ length: 11 }, (_, n) => put('a', `item ${n}`, full));
      await assert.rejects(records.transact(eleven), refused('record_too_large', 10));
      assert.deepEqual(await records.query('a'), { items: [] });

      await records.transact([put('a', 'x', full)]);
      assert.deepEqual((await records.get('a', 'x'))?.value, full);
      await records.transact(many.slice(0, 100));
      assert.equal((await records.query('a', { limit: 1000 })).items.length, 101);
    });

    promise('bad keys are refused before anything is written', async ({ records }) => {
      const bad = ['', 'x'.repeat(513), 'tab\t', 'new\nline', 'nul\0', 'ümlaut', '🗝', '\x7f'];
      for (const key of bad) {
        await assert.rejects(records.get(key, 'a'), refused('record_key_invalid'));
        await assert.rejects(records.get('a', key), refused('record_key_invalid'));
        await assert.rejects(records.transact([put('a', 'good'), put('a', key)]), refused('record_key_invalid'));
        await assert.rejects(records.transact([put('a', 'good'), put(key, 'a')]), refused('record_key_invalid'));
        await assert.rejects(records.query(key), refused('record_key_invalid'));
        if (key === '') continue;
        await assert.rejects(records.query('a', { prefix: key }), refused('record_key_invalid'));
        await assert.rejects(records.query('a', { after: key }), refused('record_key_invalid'));
      }
      for (const limit of [0, -1, 1.5, 1001, Number.NaN])
        await assert.rejects(records.query('a', { limit }), RangeError);
      assert.deepEqual(await records.query('a'), { items: [] });
      const longest = '~'.repeat(512);
      await records.transact([put(longest, longest)]);
      assert.deepEqual(sks(await records.query(longest, { prefix: '~' })), [longest]);
      assert.deepEqual(sks(await records.query(longest, { after: longest })), []);
      const quotes = `' OR '1'='1' -- %_*[a]";`;
      await records.transact([put(quotes, quotes)]);
      assert.deepEqual(sks(await records.query(quotes, { prefix: `' OR` })), [quotes]);
    });

    promise('what JSON would bend is refused', async ({ records }) => {
      const deep = (levels: number): JsonObject => (levels === 1 ? {} : { below: deep(levels - 1) });
      const bad: unknown[] = [
        null,
        [],
        'text',
        { n: 1.5 },
        { n: 2 ** 53 },
        { n: Number.NaN },
        { n: Infinity },
        { n: 5n },
        { text: '\ud83d' },
        { '\udc00': 1 },
        { at: new Date(0) },
        { bytes: Buffer.from('x') },
        { gone: undefined },
        { list: [undefined] },
        { call: () => 1 },
        { toJSON: () => ({}) },
        deep(33),
      ];
      for (const value of bad) {
        const operation = put('a', '1', value as JsonObject);
        await assert.rejects(records.transact([operation]), refused('record_value_invalid'));
      }
      for (const expiresAtMs of [1.5, -1, Number.NaN]) {
        const operation: RecordOperation = { op: 'put', pk: 'a', sk: '1', value: {}, expiresAtMs };
        await assert.rejects(records.transact([operation]), refused('record_value_invalid'));
      }
      assert.equal(await records.get('a', '1'), null);
      await records.transact([put('a', '1', deep(32))]);
    });

    promise('a closed store says so, and closing twice is fine', async ({ records }) => {
      const pending = records.transact([put('a', '1')]);
      await records[Symbol.asyncDispose]();
      await pending;
      await records[Symbol.asyncDispose]();
      await assert.rejects(records.get('a', '1'), refused('records_unavailable'));
      await assert.rejects(records.query('a'), refused('records_unavailable'));
      await assert.rejects(records.transact([put('a', '2')]), refused('records_unavailable'));
    });
  });
}
