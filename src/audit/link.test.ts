import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newId } from '../base/ids.ts';
import type { Audit } from './audit.ts';
import { BATCHES, historyOf, keys, NO_HASH, PENDING, type EventRow } from './records.ts';
import type { TrailKey } from './signing.ts';
import { ADA, chainOf, FILE, overwrite, rowsOf, stored, testKey, testTrail } from './test-audit.ts';

const acts = async (audit: Audit): Promise<string[]> => (await Array.fromAsync(audit.all())).map(({ act }) => act);

test('an event is pending with its act, then linked once, and stays in the history of what it was done to', async (t) => {
  const { audit, records, act } = testTrail(t);
  await act({ facts: { versionId: 'v1' } });
  assert.equal((await rowsOf(records, PENDING)).length, 1);
  await audit.link();
  await audit.link();
  assert.deepEqual(await rowsOf(records, PENDING), []);
  const [event, ...more] = await Array.fromAsync(audit.all());
  assert.deepEqual(more, []);
  assert.equal(event?.actorId, ADA);
  assert.deepEqual(event?.facts, { versionId: 'v1' });
  const [row] = await rowsOf<EventRow>(records, historyOf(FILE));
  assert.equal(row?.value.event.eventId, event?.eventId);
});

test('batches hold at most forty events, count on without gaps, and each names the hash of the one before', async (t) => {
  const { audit, records, act } = testTrail(t);
  for (let each = 0; each < 95; each++) await act({ facts: { each } });
  await audit.link();
  const chain = await chainOf(records);
  assert.deepEqual(
    chain.map(({ sequence, eventsBefore, events }) => [sequence, eventsBefore, events.length]),
    [
      [1, 0, 40],
      [2, 40, 40],
      [3, 80, 15],
    ],
  );
  assert.equal(chain[0]?.previousHash, NO_HASH);
  assert.equal((await audit.verify()).verdict, 'intact');
});

test('servers that link at the same moment link every event once', async (t) => {
  const first = testTrail(t);
  const others = [1, 2, 3].map(() => testTrail(t, first));
  for (let each = 0; each < 150; each++) await first.act({ facts: { each } });
  await Promise.all([first, ...others].map(({ audit }) => audit.link()));
  const events = await Array.fromAsync(first.audit.all());
  assert.equal(events.length, 150);
  assert.equal(new Set(events.map(({ eventId }) => eventId)).size, 150);
  assert.equal((await first.audit.verify()).verdict, 'intact');
});

test('an event that somebody wrote into the database is not signed, and the chain says that it was there', async (t) => {
  const { audit, records, act, errors } = testTrail(t);
  await act();
  const event = { eventId: newId(), atMs: 1, ...stored({ act: 'version.purged' }), facts: {} };
  await overwrite(records, { pk: PENDING, sk: event.eventId }, { event, mac: 'made up' });
  await overwrite(records, { pk: PENDING, sk: 'no event at all' }, { junk: true });
  await audit.link();
  assert.deepEqual((await acts(audit)).toSorted(), ['audit.event_forged', 'audit.event_forged', 'version.stored']);
  assert.deepEqual(await rowsOf(records, PENDING), []);
  assert.equal(errors.length, 2);
});

test('an event that was changed while it was pending is not signed', async (t) => {
  const { audit, records, act } = testTrail(t);
  await act();
  const [row] = await rowsOf<EventRow>(records, PENDING);
  assert.ok(row);
  await overwrite(records, row, { ...row.value, event: { ...row.value.event, actorId: null } });
  await audit.link();
  assert.deepEqual(await acts(audit), ['audit.event_forged']);
});

test('a chain whose end was removed goes on behind a gap, and says so', async (t) => {
  const { audit, records, act, batches, errors } = testTrail(t);
  await batches(3);
  await overwrite(records, keys.batch(3), null);
  await act();
  await audit.link();
  assert.deepEqual(
    (await chainOf(records)).map(({ sequence }) => sequence),
    [1, 2, 4],
  );
  assert.deepEqual((await acts(audit)).slice(-2), ['version.stored', 'audit.records_altered']);
  assert.equal(errors.length, 1);
});

test('neither a lost head row nor rubbish among the batches holds up new events', async (t) => {
  const { audit, records, act, batches } = testTrail(t);
  await batches(2);
  await overwrite(records, keys.head, null);
  await act();
  await audit.link();
  assert.equal((await chainOf(records)).length, 3);
  await overwrite(records, keys.batch(4), { rubbish: true, keyGeneration: 1 });
  await overwrite(records, { pk: BATCHES, sk: 'zzz' }, { rubbish: true });
  await act({ act: 'version.restored' });
  await audit.link();
  assert.deepEqual((await acts(audit)).slice(-3), ['audit.batch_altered', 'version.restored', 'audit.records_altered']);
  const last = await records.get<{ sequence: number }>(keys.head.pk, keys.head.sk);
  assert.equal(last?.value.sequence, 5);
  assert.equal((await audit.verify()).verdict, 'broken');
});

test('a new signing key is tied to the old one by a batch that the old one signs', async (t) => {
  const ring = [randomBytes(32), randomBytes(32), randomBytes(32)];
  const before = testTrail(t, { workspaceKey: testKey(ring.slice(0, 1)) });
  await before.batches(2);
  const after = testTrail(t, { ...before, workspaceKey: testKey(ring) });
  await after.batches(2);
  assert.deepEqual(
    (await chainOf(after.records)).map(({ keyGeneration, events }) => [keyGeneration, events[0]?.act]),
    [
      [1, 'version.stored'],
      [1, 'version.stored'],
      [1, 'audit.key_changed'],
      [2, 'audit.key_changed'],
      [3, 'version.stored'],
      [3, 'version.stored'],
    ],
  );
  assert.equal((await after.audit.verify()).verdict, 'intact');
});

test('a key that comes into force while the server runs signs from then on', async (t) => {
  const ring = [randomBytes(32), randomBytes(32)];
  const [before, after] = [testKey(ring.slice(0, 1)), testKey(ring)];
  const state = { rotated: false };
  const current = (): TrailKey => (state.rotated ? after : before);
  const workspaceKey: TrailKey = {
    ...after,
    get generation() {
      return current().generation;
    },
    derive: (purpose, generation = current().generation) => after.derive(purpose, generation),
  };
  const { audit, records, batches } = testTrail(t, { workspaceKey });
  await batches(1);
  state.rotated = true;
  await batches(1);
  assert.deepEqual(
    (await chainOf(records)).map(({ keyGeneration }) => keyGeneration),
    [1, 1, 2],
  );
  assert.equal((await audit.verify()).verdict, 'intact');
});
