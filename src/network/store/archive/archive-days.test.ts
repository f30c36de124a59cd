import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { storageErrors, type ObjectStore } from '../../../storage/index.ts';
import type { ArchivedPart } from '../flow-store.ts';
import { archiveDays } from './archive-days.ts';

test('a part that cannot be read ends nothing but its archive, also where the store never asks for it', async () => {
  const part: ArchivedPart = {
    ...{ day: '2026-11-28', id: '0198c0de-0000-7000-8000-000000000000' },
    records: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('unreadable')) }) }),
    done: async () => undefined,
  };
  const away = {
    head: async () => null,
    async put() {
      for (let turns = 0; turns < 10; turns += 1) await turn();
      throw storageErrors('store_unavailable');
    },
  } as unknown as ObjectStore;
  const archiving = archiveDays(
    {
      store: { archive: { waiting: async () => [part] } },
      ...{ objects: [away], encrypted: (plaintext) => plaintext, signal: new AbortController().signal },
    },
    0,
  );
  await assert.rejects(archiving, { code: 'store_unavailable' });
});
