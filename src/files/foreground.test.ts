import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchForeground } from './foreground.ts';

const { signal } = new AbortController();

test('where nobody waits, work in the background begins at once', async () => {
  assert.equal(await watchForeground().quiet(60_000, signal), false);
});

test('work in the background waits for the end of what people wait for', async () => {
  const foreground = watchForeground();
  const upload = Promise.withResolvers<void>();
  const during = foreground.during(() => upload.promise);
  const order: string[] = [];
  const quiet = foreground.quiet(60_000, signal).then((waited) => order.push(`quiet, waited: ${waited}`));
  await new Promise(setImmediate);
  order.push('uploaded');
  upload.resolve();
  await Promise.all([during, quiet]);
  assert.deepEqual(order, ['uploaded', 'quiet, waited: true']);
});

test('it waits no longer than it was told, and not for a server that stops', async () => {
  const foreground = watchForeground();
  const upload = Promise.withResolvers<void>();
  const during = foreground.during(() => upload.promise);
  assert.equal(await foreground.quiet(0, signal), false);
  assert.equal(await foreground.quiet(-1, signal), false);
  assert.equal(await foreground.quiet(5, signal), true);
  const stopping = new AbortController();
  const quiet = foreground.quiet(60_000, stopping.signal);
  stopping.abort();
  assert.equal(await quiet, true);
  upload.resolve();
  await during;
});
