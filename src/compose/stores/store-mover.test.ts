import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { readConfig } from '../../config/index.ts';
import { bringOver, newPass } from '../../files/index.ts';
import { bytesBody, memoryObjectStore, memoryRecordStore, type ObjectStore } from '../../storage/index.ts';
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
  const deps = passDeps({ records, config, log: silentLog }, { from, to, other }, new AbortController().signal);
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
