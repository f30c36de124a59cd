import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { newId } from '../../base/ids.ts';
import { silentLog } from '../../base/log.ts';
import { readConfig } from '../../config/index.ts';
import { bringOver, newPass } from '../../files/index.ts';
import { bytesBody, memoryObjectStore, memoryRecordStore, readBody, type ObjectStore } from '../../storage/index.ts';
import { passDeps } from './store-mover.ts';

test('passes after the first read what may have changed, and no archive of flows nor head of the audit trail again', async () => {
  const read: string[] = [];
  const noting = (store: ObjectStore): ObjectStore => ({
    ...store,
    get(key, options) {
      read.push(key);
      return store.get(key, options);
    },
  });
  await using records = memoryRecordStore({ clock: () => 1 });
  const [from, to, other] = [noting(memoryObjectStore()), noting(memoryObjectStore()), memoryObjectStore()];
  const archive = 'flows/2026-11-28/0190aaaa-0000-7000-8000-000000000000.jsonl.gz.age';
  for (const key of [archive, 'audit/heads/1.json', 'keys/a.age']) await from.put(key, bytesBody(Buffer.from(key)));
  const config = readConfig({ data: '/nowhere' }, {});
  const deps = passDeps(
    { records, config, log: silentLog },
    { name: 'primary', from, to, other },
    new AbortController().signal,
  );
  const pass = async (number: number): Promise<readonly string[]> => {
    read.length = 0;
    await bringOver(deps, newPass(number), async () => {});
    return [...new Set(read)].toSorted();
  };
  assert.ok((await pass(1)).includes(archive));
  assert.deepEqual(await pass(2), ['keys/a.age']);
  // What came meanwhile is brought all the same.
  const later = archive.replace('-28/', '-29/');
  await from.put(later, bytesBody(Buffer.from(later)));
  assert.ok((await pass(3)).includes(later));
  assert.ok(await to.head(later));
});

test('of an object that is altered in both stores, what the old one has kept of it is brought over', async () => {
  await using records = memoryRecordStore({ clock: () => 1 });
  const [old, to, other] = [memoryObjectStore(), memoryObjectStore(), memoryObjectStore()];
  const [driveId, objectId] = [newId(), newId()];
  const key = `drives/${driveId}/o/${objectId}.age`;
  const [good, altered] = [Buffer.from('as it was stored'), Buffer.from('altered by others')];
  for (const store of [old, other]) await store.put(key, bytesBody(altered));
  const kept = memoryObjectStore();
  await kept.put(key, bytesBody(good));
  const from: ObjectStore = {
    ...old,
    get: (wanted, { versionId, ...options } = {}) => (versionId === 'v1' ? kept : old).get(wanted, options),
  };
  const copy = { state: 'verified', atMs: 1 };
  const value = {
    ...{ driveId, generation: 1, references: 1 },
    facts: { objectId, size: good.length, sha256: hash('sha256', good), headerBytes: 1 },
    copies: { primary: copy, backup: { ...copy, versionId: 'v1' } },
  };
  await records.transact([{ op: 'put', pk: `object#${objectId}`, sk: 'object', value }]);
  const config = readConfig({ data: '/nowhere' }, {});
  const stores = { name: 'backup', from, to, other } as const;
  const deps = passDeps({ records, config, log: silentLog }, stores, new AbortController().signal);
  const pass = await bringOver(deps, newPass(1), async () => {});
  assert.deepEqual([pass.copied, pass.damaged], [1, 0]);
  assert.deepEqual(await readBody((await to.get(key)).body), good);
});
