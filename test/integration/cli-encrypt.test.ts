import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { generateIdentity } from '../../src/age/index.ts';
import { run } from '../support/servers/workspace-by-command.ts';

/** `encrypt` and `decrypt` of a large file as people run them: a process of its own, by name and signal. */

const HOLDFAST = join(import.meta.dirname, '../../holdfast');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-encrypt-'));
after(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);

const identity = generateIdentity('classic');
const recipient = identity.recipient.toString();
writeFileSync(path('key.txt'), identity.toString(), { mode: 0o600 });
// Over 32 MiB, from which on two threads work; and what nobody finishes before a signal arrives.
for (const [name, bytes] of [
  ['large', 36 * 2 ** 20],
  ['huge', 2 ** 30],
] as const) {
  writeFileSync(path(name), '');
  truncateSync(path(name), bytes);
}

/** Resolves once the command has a file that is not finished. */
async function partialAppears(isOver: () => boolean): Promise<void> {
  while (!isOver() && !readdirSync(folder).some((name) => name.endsWith('.partial'))) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a large file goes there and back, and differs where it was altered', async () => {
  const encrypted = await run([HOLDFAST, 'encrypt', '-r', recipient, '-o', path('there'), path('large')], {});
  assert.equal(encrypted.exitCode, 0, encrypted.stderr);
  const decrypted = await run([HOLDFAST, 'decrypt', '-i', path('key.txt'), '-o', path('back'), path('there')], {});
  assert.equal(decrypted.exitCode, 0, decrypted.stderr);
  assert.equal((await run(['cmp', path('large'), path('back')], {})).exitCode, 0);

  truncateSync(path('there'), statSync(path('there')).size - 1);
  const cut = await run([HOLDFAST, 'decrypt', '-i', path('key.txt'), '-o', path('cut'), path('there')], {});
  assert.equal(cut.exitCode, 3);
  assert.match(cut.stderr, /age_payload_corrupt/);
  assert.ok(!readdirSync(folder).some((name) => name === 'cut' || name.endsWith('.partial')));
});

test('Ctrl-C in the middle leaves nothing behind', async () => {
  const command = spawn(HOLDFAST, ['encrypt', '-r', recipient, '-o', path('broken-off'), path('huge')], {
    stdio: 'ignore',
  });
  const ended = once(command, 'exit');
  await partialAppears(() => command.exitCode !== null);
  command.kill('SIGINT');
  const [exitCode] = (await ended) as [number | null];
  const left = readdirSync(folder).filter((name) => name === 'broken-off' || name.endsWith('.partial'));
  // A machine that finished before it heard the signal has done its work.
  assert.deepEqual(left, exitCode === 0 ? ['broken-off'] : []);
  if (exitCode !== 0) assert.equal(exitCode, 130);
});

test('a limit on the size of files, as a full disk would be, is an error that leaves nothing behind', async () => {
  const limited = `ulimit -f 20000; trap '' XFSZ; exec '${HOLDFAST}' encrypt -r ${recipient} -o '${path('full')}' '${path('large')}'`;
  const { exitCode, stderr } = await run(['bash', '-c', limited], {});
  assert.equal(exitCode, 2);
  assert.match(stderr, /age_output_unwritable/);
  assert.match(stderr, /EFBIG/);
  assert.ok(!readdirSync(folder).some((name) => name === 'full' || name.endsWith('.partial')));
});
