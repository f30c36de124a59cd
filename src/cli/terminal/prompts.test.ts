import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { openPrompts, readHidden, type InputStream } from './prompts.ts';

const quiet = new AbortController().signal;

function keyboard(): { input: PassThrough & InputStream; raw: boolean[]; screen: PassThrough } {
  const raw: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    isTTY: true as const,
    setRawMode(on: boolean) {
      raw.push(on);
      return input as never;
    },
  });
  return { input, raw, screen: new PassThrough() };
}

test('a secret is read key by key without an echo, and the terminal is itself again afterwards', async () => {
  const { input, raw, screen } = keyboard();
  const answer = openPrompts(input, screen, quiet).secret('Your password');
  for (const key of ['p', 'ä', 'x', '\u007f', '🦩', '\r']) input.write(key);
  assert.equal(await answer, 'pä🦩');
  assert.deepEqual(raw, [true, false]);
  assert.equal(String(screen.read()), 'Your password: \n');
});

test('a character whose bytes come one by one is one character', async () => {
  const { input } = keyboard();
  const answer = readHidden(input, quiet);
  for (const byte of Buffer.from('é\n')) input.write(Buffer.from([byte]));
  assert.equal(await answer, 'é');
});

test('Ctrl-C and Ctrl-D are no answers, and the terminal is itself again', async () => {
  for (const key of ['\u0003', '\u0004']) {
    const { input, raw } = keyboard();
    const answer = readHidden(input, quiet);
    input.write(key);
    await assert.rejects(answer, { code: 'interrupted' });
    assert.deepEqual(raw, [true, false]);
  }
});

test('whoever has broken off already is asked for nothing', async () => {
  const { input, raw } = keyboard();
  await assert.rejects(readHidden(input, AbortSignal.abort()), { code: 'interrupted' });
  assert.deepEqual(raw, []);
});

test('a file gives one secret, without its line break and with all else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-prompts-'));
  const file = join(folder, 'secret');
  const prompts = openPrompts(Readable.from([]), new PassThrough(), quiet);
  try {
    for (const [content, secret] of [
      ['a b\n', 'a b'],
      ['a\r\n', 'a'],
      [' a \n\n', ' a \n'],
      ['報', '報'],
    ] as const) {
      await writeFile(file, content);
      assert.equal(await prompts.secretFrom(file, 'x'), secret);
    }
    for (const content of ['', '\n', Buffer.from([0xff, 0xfe]), 'a'.repeat(5000)]) {
      await writeFile(file, content);
      await assert.rejects(prompts.secretFrom(file, 'x'), { code: 'secret_file_unusable' });
    }
    await assert.rejects(prompts.secretFrom(join(folder, 'none'), 'x'), { code: 'secret_file_unusable' });
    await assert.rejects(prompts.secretFrom(folder, 'x'), { code: 'secret_file_unusable' });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('without a terminal nobody is asked, and the option that helps is named', async () => {
  const prompts = openPrompts(Readable.from([]), new PassThrough(), quiet);
  await assert.rejects(
    prompts.secretFrom(undefined, 'Setup code', 'setup-code-file'),
    (error: Error & { remedy: string }) => error.remedy.includes('--setup-code-file'),
  );
});

test('whoever leaves while a line is still being acted on is shown how it ended', async () => {
  const { input, screen } = keyboard();
  using dialogue = openPrompts(input, screen, quiet).dialogue(() => []);
  const typed = dialogue.lines[Symbol.asyncIterator]();
  const first = typed.next();
  input.write('/send plan.pdf\r');
  assert.equal((await first).value, '/send plan.pdf');
  input.write('\u0004');
  await new Promise(setImmediate);
  dialogue.show('Sent');
  assert.match(String(screen.read()), /Sent\n$/);
  assert.equal((await typed.next()).done, true);
});
