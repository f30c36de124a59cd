import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { hasCode } from '../../../base/errors.ts';
import { openDataLock } from './data-lock.ts';

async function folderFor(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lock-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const inUse = (pid: number) => (error: unknown) =>
  hasCode(error, 'data_in_use') && (error.detail ?? '').startsWith(`process ${pid} on `);

/** Another process that holds the lock until it is killed. */
async function holdElsewhere(context: TestContext, folder: string): Promise<ReturnType<typeof spawn>> {
  const script = `
    import { openDataLock } from ${JSON.stringify(new URL('data-lock.ts', import.meta.url).href)};
    globalThis.lock = await openDataLock(${JSON.stringify(folder)});
    process.stdout.write('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

test('a data folder in use by another process is refused, naming it, and is free the moment that one is killed', async (context) => {
  const folder = await folderFor(context);
  const child = await holdElsewhere(context, folder);
  await assert.rejects(openDataLock(folder), inUse(child.pid ?? 0));
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  await using lock = await openDataLock(folder);
  assert.equal((await stat(lock.path)).mode & 0o777, 0o600);
});

test('the same process is refused too, does not lose its own lock by trying, and may have it again after giving it back', async (context) => {
  const folder = await folderFor(context);
  const lock = await openDataLock(folder);
  await assert.rejects(openDataLock(folder), inUse(process.pid));
  await assert.rejects(openDataLock(folder), inUse(process.pid));

  const script = `
    import { openDataLock } from ${JSON.stringify(new URL('data-lock.ts', import.meta.url).href)};
    try { await openDataLock(${JSON.stringify(folder)}); process.exitCode = 9; } catch (error) { process.stdout.write(error.code); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output: string[] = [];
  child.stdout.on('data', (data: Buffer) => output.push(data.toString()));
  await once(child, 'close');
  assert.equal(output.join(''), 'data_in_use');

  await lock[Symbol.asyncDispose]();
  await lock[Symbol.asyncDispose]();
  await using again = await openDataLock(folder);
  assert.equal(again.path, lock.path);
});

test('of 10 that ask at once in one process exactly one gets the folder', async (context) => {
  const folder = await folderFor(context);
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => openDataLock(folder)));
  const held = results.filter((result) => result.status === 'fulfilled');
  assert.equal(held.length, 1);
  await held[0]?.value[Symbol.asyncDispose]();
});

test('different folders do not meet, and a missing one is made', async (context) => {
  const folder = await folderFor(context);
  await using one = await openDataLock(join(folder, 'one'));
  await using two = await openDataLock(join(folder, 'two', 'deeper'));
  assert.notEqual(one.path, two.path);
});
