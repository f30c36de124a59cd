import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandErrors } from '../../../base/commands/errors.ts';
import { fileErrors } from '../../errors.ts';
import { inParallel } from './pool.ts';
import { stopsAll, withPatience } from './retry.ts';

const signal = new AbortController().signal;

test('a line that breaks is tried again, as often as there are pauses', async () => {
  let tries = 0;
  const work = async (): Promise<string> => {
    tries += 1;
    if (tries < 3) throw commandErrors('connection_lost');
    return 'done';
  };
  assert.equal(await withPatience(signal, work, [0, 0]), 'done');
  tries = -10;
  await assert.rejects(withPatience(signal, work, [0, 0]), { code: 'connection_lost' });
  assert.equal(tries, -7);
});

test('what will not pass is not repeated', async () => {
  let tries = 0;
  const refused = async (): Promise<never> => {
    tries += 1;
    throw fileErrors('name_invalid');
  };
  await assert.rejects(withPatience(signal, refused, [0, 0]), { code: 'name_invalid' });
  assert.equal(tries, 1);
  assert.equal(stopsAll(fileErrors('name_invalid')), false);
  assert.equal(stopsAll(commandErrors('server_unreachable')), true);
});

test('a wait ends when everything is stopped', async () => {
  const abort = new AbortController();
  const waiting = withPatience(
    abort.signal,
    async () => {
      setImmediate(() => abort.abort(commandErrors('interrupted')));
      throw commandErrors('connection_lost');
    },
    [3_600_000],
  );
  await assert.rejects(waiting);
});

test('never more than so many at a time, and all have ended when it ends, also by an error', async () => {
  let running = 0;
  let most = 0;
  const work = async (item: number): Promise<void> => {
    most = Math.max(most, (running += 1));
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (item === 30) throw new Error('30');
  };
  await inParallel(
    Array.from({ length: 20 }, (_, item) => item),
    4,
    work,
  );
  assert.equal(most, 4);
  await assert.rejects(
    inParallel(
      Array.from({ length: 50 }, (_, item) => item),
      4,
      work,
    ),
    /30/,
  );
  assert.equal(running, 0);
});
