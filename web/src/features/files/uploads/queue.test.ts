import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { StoredView } from '../../../../../src/files/wire.ts';
import { ApiError, problemFrom, unreachable } from '../../../base/requests/problem.ts';
import {
  CONNECTION_BROKE,
  isBrokenLine,
  openUploadQueue,
  STORED_DIFFERS,
  summarise,
  type Upload,
  type UploadQueue,
} from './queue.ts';

interface Sending {
  readonly upload: Upload;
  readonly folderId: string;
  readonly progress: (bytes: number) => void;
  readonly answer: (outcome: StoredView['outcome']) => void;
  readonly refuse: (error: Error) => void;
}

/** A queue whose network is in the hands of the test. */
function openTried(folderFor = async (_drive: string, folder: string) => folder) {
  const sending: Sending[] = [];
  const stored: string[] = [];
  let keys = 0;
  const queue: UploadQueue = openUploadQueue({
    send: (upload, folderId, { onProgress, signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
        const answer = (outcome: StoredView['outcome']): void => resolve({ outcome } as StoredView);
        sending.push({ upload, folderId, progress: onProgress, answer, refuse: reject });
      }),
    folderFor,
    onStored: ({ file }) => stored.push(file.name),
    onChange: () => undefined,
    newKey: () => `key-${(keys += 1)}`,
  });
  const add = (...names: string[]): void =>
    queue.add(names.map((name) => ({ driveId: 'd', folderId: 'f', segments: [], file: new File(['12345'], name) })));
  const states = (): string => [...queue.uploads.values()].map(({ file, state }) => `${file.name} ${state}`).join(', ');
  return { queue, sending, stored, add, states };
}

test('two files go at once, the others wait for their turn', async () => {
  const { add, sending, states, stored } = openTried();
  add('a', 'b', 'c');
  await setImmediate();
  assert.equal(states(), 'a sending, b sending, c waiting');
  sending[1]?.answer('created');
  await setImmediate();
  assert.equal(states(), 'a sending, b stored, c sending');
  assert.deepEqual(stored, ['b']);
});

test('a file that fails keeps no other from being stored, and says why', async () => {
  const { queue, add, sending, states } = openTried();
  add('a', 'b', 'c');
  await setImmediate();
  sending[0]?.refuse(new ApiError(problemFrom(413, { code: 'quota_exceeded', title: 'Full', remedy: 'Empty it.' })));
  sending[1]?.answer('new_version');
  await setImmediate();
  sending[2]?.answer('created');
  await setImmediate();
  assert.equal(states(), 'a failed, b stored, c stored');
  assert.equal(queue.uploads.get(1)?.problem?.code, 'quota_exceeded');
  const { stored, newVersions, failed, totalBytes, sentBytes } = summarise(queue.uploads.values());
  assert.deepEqual(
    { stored, newVersions, failed, totalBytes, sentBytes },
    {
      stored: 2,
      newVersions: 1,
      failed: 1,
      totalBytes: 10,
      sentBytes: 10,
    },
  );
});

test('trying again is the same act for the server', async () => {
  const { queue, add, sending, states } = openTried();
  add('a');
  await setImmediate();
  sending[0]?.refuse(new Error('gone'));
  await setImmediate();
  queue.retry(() => true);
  await setImmediate();
  assert.equal(states(), 'a sending');
  assert.equal(queue.uploads.get(1)?.problem, undefined);
  assert.equal(sending[0]?.upload.idempotencyKey, sending[1]?.upload.idempotencyKey);
});

test('after a broken line the next files wait, and go on with the first when it is tried again', async () => {
  const { queue, add, sending, states } = openTried();
  add('a', 'b', 'c', 'd');
  await setImmediate();
  sending[0]?.refuse(new ApiError(unreachable));
  sending[1]?.refuse(new ApiError({ ...unreachable, code: CONNECTION_BROKE }));
  await setImmediate();
  assert.equal(states(), 'a failed, b failed, c waiting, d waiting');
  assert.equal(queue.isHeld(), true);
  queue.retry(({ problem }) => isBrokenLine(problem));
  await setImmediate();
  assert.equal(states(), 'a sending, b sending, c waiting, d waiting');
  assert.equal(queue.isHeld(), false);
});

test('what was stored and differs is another act when it is tried again', async () => {
  const { queue, add, sending } = openTried();
  add('a');
  await setImmediate();
  sending[0]?.refuse(new ApiError({ ...unreachable, code: STORED_DIFFERS }));
  await setImmediate();
  queue.retry(() => true);
  await setImmediate();
  assert.notEqual(sending[0]?.upload.idempotencyKey, sending[1]?.upload.idempotencyKey);
});

test('what is cancelled stops, and what waits is never begun', async () => {
  const { queue, add, sending, states } = openTried();
  add('a', 'b', 'c');
  await setImmediate();
  queue.cancelAll();
  await setImmediate();
  assert.equal(states(), 'a cancelled, b cancelled, c cancelled');
  assert.equal(sending.length, 2);
});

test('a folder that cannot be made fails just the files in it', async () => {
  const { add, states } = openTried(async () => {
    throw new ApiError(problemFrom(403, { code: 'drive_read_only', title: 'No', remedy: 'Ask.' }));
  });
  add('a', 'b');
  await setImmediate();
  assert.equal(states(), 'a failed, b failed');
});
