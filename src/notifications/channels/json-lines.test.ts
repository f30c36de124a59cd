import assert from 'node:assert/strict';
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { type Channel, channelKinds } from './index.ts';
import { channelDeps, going, letter } from './test-letter.ts';

let place = '';
let folder = '';
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'holdfast-jsonl-'));
  folder = join(place, 'notices');
});
afterEach(() => rm(place, { recursive: true, force: true }));

const opened = (config: object): Channel => {
  const kind = channelKinds['jsonl'];
  assert.ok(kind);
  return kind.open(config, channelDeps({}, { folder }));
};
const linesOf = async (file: string): Promise<Record<string, unknown>[]> =>
  (await readFile(join(folder, file), 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const unavailable = (error: unknown) => hasCode(error, 'channel_unavailable');

test('a letter is one line of JSON in a file that nobody else can read', async () => {
  const channel = opened({ file: 'siem.jsonl' });
  await channel.deliver({ ...letter, subject: 'quotes " and\nlines', text: 'a\u2028b' }, '', going);
  const text = await readFile(join(folder, 'siem.jsonl'), 'utf8');
  assert.equal(text.split('\n').length, 2, 'one line and its end');
  const [line] = await linesOf('siem.jsonl');
  assert.deepEqual(line, {
    time: '2026-11-28T09:30:00.000Z',
    id: letter.id,
    kind: 'login_new',
    severity: 'warning',
    count: 3,
    subject: 'quotes " and\nlines',
    text: 'a\u2028b',
    link: letter.link,
    product: 'holdfast',
  });
  assert.equal((await stat(join(folder, 'siem.jsonl'))).mode & 0o777, 0o600);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
});

test('after logrotate moved the file away, the next line goes into a new one', async () => {
  const channel = opened({ file: 'siem.jsonl', sync: false });
  await channel.deliver({ ...letter, id: 'before' }, '', going);
  await rename(join(folder, 'siem.jsonl'), join(folder, 'siem.jsonl.1'));
  await channel.deliver({ ...letter, id: 'after' }, '', going);
  assert.deepEqual(
    (await linesOf('siem.jsonl.1')).map(({ id }) => id),
    ['before'],
  );
  assert.deepEqual(
    (await linesOf('siem.jsonl')).map(({ id }) => id),
    ['after'],
  );
});

test('many letters at once are as many whole lines', async () => {
  const channel = opened({ file: 'siem.jsonl', sync: false });
  const ids = Array.from({ length: 200 }, (_, index) => `letter-${index}`);
  const text = 'x'.repeat(20_000);
  await Promise.all(ids.map((id) => channel.deliver({ ...letter, id, text }, '', going)));
  assert.deepEqual(new Set((await linesOf('siem.jsonl')).map(({ id }) => id)), new Set(ids));
});

test('a line that a full disk tore does not swallow the next', async () => {
  const channel = opened({ file: 'siem.jsonl' });
  await channel.deliver(letter, '', going);
  await appendFile(join(folder, 'siem.jsonl'), '{"time":"2026-11-');
  await channel.deliver({ ...letter, id: 'whole' }, '', going);
  const lines = (await readFile(join(folder, 'siem.jsonl'), 'utf8')).split('\n');
  assert.equal((JSON.parse(lines[2] ?? '') as { id: string }).id, 'whole');
});

test('names that lead out of the folder are refused before anything is written', async () => {
  for (const file of ['../siem.jsonl', '/etc/cron.d/x', 'a/b', '.hidden', '', 'a\0b', 'x'.repeat(101)]) {
    assert.throws(
      () => opened({ file }),
      (error) => hasCode(error, 'channel_config_invalid'),
      file,
    );
  }
  assert.deepEqual(await readdir(place), []);
});

test('a link, a folder or a pipe of that name is not written to', async () => {
  await mkdir(join(folder, 'folder'), { recursive: true });
  await symlink(join(place, 'elsewhere'), join(folder, 'link'));
  for (const file of ['folder', 'link']) {
    const channel = opened({ file });
    await assert.rejects(channel.deliver(letter, '', going), unavailable, file);
  }
  assert.deepEqual(await readdir(place), ['notices']);
});

test('what a person must mend is tried again later, and not at once', async () => {
  await mkdir(join(folder, 'folder'), { recursive: true });
  await assert.rejects(opened({ file: 'folder' }).deliver(letter, '', going), { extra: { retryAfterMs: 900_000 } });
});

test('examining it writes nothing, and finds a file that cannot be written', async () => {
  const channel = opened({ file: 'siem.jsonl' });
  await channel.examine(going);
  assert.deepEqual(await readdir(place), []);
  await mkdir(folder);
  await chmod(folder, 0o500);
  // Root may write anywhere.
  if (process.getuid?.() !== 0) await assert.rejects(channel.examine(going), unavailable);
  await rm(place, { recursive: true });
  await assert.rejects(channel.examine(going), unavailable);
});

test('it has one place, so a destination is refused', () => {
  const channel = opened({ file: 'siem.jsonl' });
  channel.checkDestination('');
  assert.throws(
    () => channel.checkDestination('other.jsonl'),
    (error) => hasCode(error, 'channel_destination_invalid'),
  );
});

test('a caller that gave up gets its own reason', async () => {
  const reason = new Error('stopping');
  const signal = AbortSignal.abort(reason);
  await assert.rejects(opened({ file: 'siem.jsonl' }).deliver(letter, '', { signal }), reason);
  assert.deepEqual(await readdir(place), []);
});
