import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Terminal } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { fileErrors } from '../errors.ts';
import { inBatch, showBatch } from './batch.ts';

const signal = new AbortController().signal;
const move = { verb: 'Move', signal };
const things = ['/a', '/b', '/c'].map((shown) => ({ shown }));

/** Does all but `path`, which fails with `error`. */
const allBut =
  (path: string, error: Error) =>
  async ({ shown }: { shown: string }): Promise<string> => {
    if (shown === path) throw error;
    return shown;
  };

/** What `showBatch` says, as JSON, in words, and by its exit code. */
function shownOf(batch: Parameters<typeof showBatch<string>>[0]) {
  const plain = (text: string): string => text;
  const styles = { strong: plain, faint: plain, good: plain, attention: plain, danger: plain };
  let shown: { value: unknown; lines: readonly string[] } | undefined;
  const terminal = {
    styles,
    show: (value: unknown, lines: () => readonly string[]) => void (shown = { value, lines: lines() }),
  } as Partial<Terminal> as Terminal;
  const exitCode = showBatch(batch, { terminal, name: 'moved', lines: () => [`Moved ${batch.done.length}.`] });
  return { exitCode, ...shown };
}

test('when all is done nothing is said of failures, and the exit code is 0', async () => {
  const batch = await inBatch(things, move, async ({ shown }) => shown);
  const value = { moved: ['/a', '/b', '/c'], complete: true, failed: [] };
  assert.deepEqual(shownOf(batch), { exitCode: 0, value, lines: ['Moved 3.'] });
});

test('one that fails does not stop the others, and is named with its reason', async () => {
  const batch = await inBatch(things, move, allBut('/b', fileErrors('name_taken', { remedy: 'Choose another.' })));
  const { exitCode, value, lines } = shownOf(batch);
  assert.equal(exitCode, 3);
  const problem = { code: 'name_taken', why: 'Something with this name is there already', remedy: 'Choose another.' };
  const failed = [{ path: '/b', outcome: 'failed', problem }];
  assert.deepEqual(value, { moved: ['/a', '/c'], complete: false, failed });
  assert.deepEqual(lines, [
    'Moved 2.',
    'Failed: /b',
    '  Something with this name is there already. Choose another. name_taken',
    'Not complete: 1 of 3 not done.',
  ]);
});

test('what will meet all others too ends the batch, and what was not tried is named', async () => {
  const batch = await inBatch(things, move, allBut('/a', commandErrors('server_unreachable')));
  const { exitCode, lines } = shownOf(batch);
  assert.equal(exitCode, 3);
  assert.deepEqual(
    lines?.filter((line) => !line.startsWith(' ')),
    ['Failed: /a', 'Not tried: /b', 'Not tried: /c', 'Not complete: 3 of 3 not done.'],
  );
});

test('one alone that fails throws its error, with what was tried where the error does not say it', async () => {
  const alone = things.slice(0, 1);
  const says = { code: 'name_taken', attempted: 'Move “/a”' };
  await assert.rejects(inBatch(alone, move, allBut('/a', fileErrors('name_taken'))), says);
  const own = fileErrors('name_taken', { attempted: 'Its own words' });
  await assert.rejects(inBatch(alone, move, allBut('/a', own)), { attempted: 'Its own words' });
});

test('Ctrl-C ends a batch at once', async () => {
  const abort = new AbortController();
  const tried: string[] = [];
  const batch = inBatch(things, { verb: 'Move', signal: abort.signal }, async ({ shown }) => {
    tried.push(shown);
    abort.abort(commandErrors('interrupted'));
  });
  await assert.rejects(batch, { code: 'interrupted' });
  assert.deepEqual(tried, ['/a']);
});
