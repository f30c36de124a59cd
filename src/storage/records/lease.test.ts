import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { storageErrors } from '../errors.ts';
import { movableClock } from './contract.ts';
import { acquireLease } from './lease.ts';
import type { Lease } from './lease.ts';
import { memoryRecordStore } from './memory.ts';
import type { RecordStore } from './record-store.ts';
import { openSqliteRecordStore } from './sqlite/sqlite.ts';

type Clock = ReturnType<typeof movableClock>;

function leasePromises(name: string, make: (clock: Clock) => Promise<RecordStore>): void {
  describe(`acquireLease on ${name}`, () => {
    const promise = (
      text: string,
      body: (records: RecordStore, clock: Clock, take: (holder: string) => Promise<Lease | null>) => Promise<void>,
    ): void => {
      test(text, async () => {
        const clock = movableClock();
        await using records = await make(clock);
        const take = (holder: string) =>
          acquireLease(records, 'outbox', { ttlMs: 1000, skewMs: 200, holder, clock: clock.read, autoRenew: false });
        await body(records, clock, take);
      });
    };

    promise('of 20 that ask at once exactly one gets it', async (_records, _clock, take) => {
      const leases = await Promise.all(Array.from({ length: 20 }, (_, n) => take(`server ${n}`)));
      const held = leases.filter((lease) => lease !== null);
      assert.equal(held.length, 1);
      assert.equal(held[0]?.isHeld(), true);
    });

    promise('given back, it is free at once, and the next epoch is greater', async (_records, _clock, take) => {
      const first = await take('a');
      assert.ok(first);
      assert.equal(await take('b'), null);
      await first[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
      assert.equal(first.isHeld(), false);
      assert.equal(first.lost.aborted, false);
      const second = await take('b');
      assert.ok(second && second.epoch > first.epoch);
    });

    promise('renewed, it lasts; forgotten, it goes over after its time and the skew', async (_records, clock, take) => {
      const first = await take('a');
      assert.ok(first);
      clock.now += 900;
      assert.equal(await first.renew(), true);
      clock.now += 999;
      assert.equal(first.isHeld(), true);
      clock.now += 1;
      assert.equal(first.isHeld(), false);
      assert.equal(first.lost.aborted, true);
      assert.equal(await take('b'), null, 'a clock that lags may still believe in it');
      clock.now += 200;
      const second = await take('b');
      assert.ok(second && second.epoch > first.epoch);
      assert.equal(await first.renew(), false);
      await first[Symbol.asyncDispose]();
      assert.equal(second.isHeld(), true);
      assert.equal(await second.renew(), true);
    });

    promise('a lease of a clock that was a day ahead keeps nobody waiting', async (_records, clock, take) => {
      clock.now += 86_400_000;
      const early = await take('ahead');
      assert.ok(early);
      clock.now -= 86_400_000;
      const next = await take('right');
      assert.ok(next && next.epoch > early.epoch);
      assert.equal(await early.renew(), false);
      assert.equal(await take('third'), null);
    });

    promise('a holder whose clock is ahead by no more than the skew keeps it', async (_records, clock, take) => {
      clock.now += 200;
      assert.ok(await take('ahead'));
      clock.now -= 200;
      assert.equal(await take('right'), null);
    });

    promise('who was overtaken hears of it at the next renewal', async (_records, clock, take) => {
      const slow = await take('slow');
      assert.ok(slow);
      clock.now += 1200;
      const quick = await take('quick');
      assert.ok(quick);
      clock.now -= 1200; // the slow one's clock has stopped in between
      assert.equal(slow.isHeld(), true);
      assert.equal(await slow.renew(), false);
      assert.equal(slow.lost.aborted, true);
    });

    promise('its guard lets a transaction pass only while the lease is held', async (records, clock, take) => {
      const first = await take('a');
      assert.ok(first);
      const write = (lease: Lease) =>
        records.transact([{ op: 'put', pk: 'work', sk: '1', value: { epoch: lease.epoch } }, lease.guard()]);
      await write(first);
      await first.renew();
      await write(first);
      clock.now += 1200;
      const second = await take('b');
      assert.ok(second);
      await assert.rejects(write(first), (error) => hasCode(error, 'record_conflict'));
      await write(second);
      assert.deepEqual((await records.get('work', '1'))?.value, { epoch: second.epoch });
    });

    promise('a renewal whose answer got lost does not cost the lease', async (records, clock) => {
      let loseNext = false;
      const flaky: RecordStore = {
        ...withoutClosing(records),
        transact: async (operations) => {
          await records.transact(operations);
          if (!loseNext) return;
          loseNext = false;
          throw storageErrors('records_unavailable');
        },
      };
      const options = { ttlMs: 1000, holder: 'a', clock: clock.read, autoRenew: false };
      const lease = await acquireLease(flaky, 'outbox', options);
      assert.ok(lease);
      loseNext = true;
      await assert.rejects(lease.renew(), (error) => hasCode(error, 'records_unavailable'));
      assert.equal(lease.isHeld(), true);
      assert.equal(await lease.renew(), true);
      loseNext = true;
      await assert.rejects(lease.renew());
      await lease[Symbol.asyncDispose]();
      assert.ok(await acquireLease(records, 'outbox', { ...options, holder: 'b' }));
    });

    promise('whoever cannot give it back can stop all the same: it ends with its time', async (records, clock) => {
      let isFull = false;
      const full: RecordStore = {
        ...withoutClosing(records),
        transact: async (operations) => {
          if (isFull) throw storageErrors('records_full');
          await records.transact(operations);
        },
      };
      const options = { ttlMs: 1000, clock: clock.read, autoRenew: false };
      const lease = await acquireLease(full, 'outbox', { ...options, holder: 'a' });
      isFull = true;
      await lease?.[Symbol.asyncDispose]();
      assert.equal(lease?.isHeld(), false);
      assert.equal(await acquireLease(records, 'outbox', { ...options, holder: 'b' }), null);
      clock.now += 2000;
      assert.ok(await acquireLease(records, 'outbox', { ...options, holder: 'b' }));
    });

    test('renews itself in the background, and notices a store that stopped answering', async (context) => {
      const clock = movableClock();
      await using records = await make(clock);
      context.mock.timers.enable({ apis: ['setInterval'] });
      const lease = await acquireLease(records, 'outbox', { ttlMs: 900, holder: 'a', clock: clock.read });
      assert.ok(lease);
      const pass = async (ms: number): Promise<void> => {
        clock.now += ms;
        context.mock.timers.tick(ms);
        for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      };
      for (let n = 0; n < 10; n += 1) await pass(300);
      assert.equal(lease.isHeld(), true);
      await records[Symbol.asyncDispose]();
      for (let n = 0; n < 2; n += 1) await pass(300);
      assert.equal(lease.lost.aborted, false);
      await pass(300);
      assert.equal(lease.lost.aborted, true);
    });
  });
}

/** For a decorator to build on: who disposes of it leaves the store open. */
function withoutClosing(records: RecordStore): RecordStore {
  return {
    properties: records.properties,
    get: (pk, sk) => records.get(pk, sk),
    query: (pk, options) => records.query(pk, options),
    transact: (operations) => records.transact(operations),
    [Symbol.asyncDispose]: async () => {},
  };
}

leasePromises('memoryRecordStore', async (clock) => memoryRecordStore({ clock: clock.read }));

leasePromises('openSqliteRecordStore', async (clock) => {
  const folder = await mkdtemp(join(tmpdir(), 'lease-'));
  const records = await openSqliteRecordStore({ path: join(folder, 'r.sqlite'), clock: clock.read, log: silentLog });
  const close = records[Symbol.asyncDispose].bind(records);
  records[Symbol.asyncDispose] = async () => {
    await close();
    await rm(folder, { recursive: true, force: true });
  };
  return records;
});

test('the only program that may use a file ends the leases of dead ones, and nothing else', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lease-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const clock = movableClock();
  await using records = await openSqliteRecordStore({
    path: join(folder, 'r.sqlite'),
    clock: clock.read,
    log: silentLog,
  });
  const take = (name: string) =>
    acquireLease(records, name, { ttlMs: 1000, holder: 'x', clock: clock.read, autoRenew: false });
  const others = [
    { pk: 'lease', sk: 'lease' },
    { pk: 'lease$', sk: 'lease' },
    { pk: 'lease#a', sk: 'other' },
  ];
  for (const at of others) await records.transact([{ op: 'put', ...at, value: { untilMs: 7 } }]);
  const dead = [await take('a'), await take('b')];
  await records.endLeases();
  for (const [index, name] of ['a', 'b'].entries()) {
    const [before, after] = [dead[index], await take(name)];
    assert.ok(before && after && after.epoch > before.epoch);
    assert.equal(await before.renew(), false);
  }
  for (const { pk, sk } of others) assert.deepEqual((await records.get(pk, sk))?.value, { untilMs: 7 });
});
