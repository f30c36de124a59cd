import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../base/errors.ts';
import { readConfig } from '../config/index.ts';
import { type Disks, diskRoom } from './disk-room.ts';

const config: Disks = {
  dataFolder: '/data',
  objects: { kind: 'folder', folder: '/objects' },
  backup: { kind: 'folder', folder: '/backup' },
  settings: { server: { minFreeDiskBytes: 100 } },
};
const isFull = (error: unknown): boolean => hasCode(error, 'store_full');

/** Disks with so much free by their folder, and how often each was asked. */
function disks(free: Readonly<Record<string, number>>) {
  const asked: string[] = [];
  const room = diskRoom(config, async (folder) => {
    asked.push(folder);
    const bytes = free[folder];
    if (bytes === undefined) throw new Error('no such disk');
    return bytes;
  });
  return { room, asked };
}

test('what would leave less than the reserve is refused, and what just leaves it is not', async () => {
  const { room } = disks({ '/data': 1000, '/objects': 500, '/backup': 150 });
  await room('primary', 400);
  await assert.rejects(room('primary', 1), isFull);
  await assert.rejects(room('backup', 51), isFull);
  await room('backup', 50);
});

test('the disk of the records needs its reserve for either store, and no room for the object, which lies elsewhere', async () => {
  const full = disks({ '/data': 99, '/objects': 5000, '/backup': 5000 });
  await assert.rejects(full.room('primary', 1), isFull);
  await assert.rejects(full.room('backup', 1), isFull);
  const { room } = disks({ '/data': 100, '/objects': 5000, '/backup': 5000 });
  await room('primary', 4000);
  await room('backup', 4000);
  const { objects } = readConfig({}, { HOLDFAST_OBJECTS: 's3://bucket' });
  const inBucket = diskRoom({ ...config, objects }, async () => 100);
  await inBucket('primary', 5_000_000);
});

test('what was let in counts before the disk is asked again, and of a burst it is asked once', async () => {
  const { room, asked } = disks({ '/data': 1_000_000, '/objects': 600 });
  for (let upload = 0; upload < 5; upload += 1) await room('primary', 100);
  await assert.rejects(room('primary', 100), isFull);
  assert.deepEqual(asked, ['/data', '/objects']);
});

test('a disk that does not say what it has keeps nobody from trying', async () => {
  await disks({}).room('primary', 5000);
});

test('without a reserve it is left to the store to say that it is full', async () => {
  const room = diskRoom({ ...config, settings: { server: { minFreeDiskBytes: 0 } } }, async () => 10);
  await room('primary', 5000);
});
