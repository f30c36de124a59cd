import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { EntryView, TrashEntryView } from '../../src/files/wire.ts';
import { cliPerson, type CliPerson } from '../support/clients/cli-person.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

let server: StartedServer;
let ada: CliPerson;

before(async () => {
  server = await startServer();
  ada = await cliPerson();
  await ada.signUp(server);
});
after(async () => {
  await ada[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const put = async (content: string, remote: string): Promise<void> => {
  writeFileSync(ada.path('local.txt'), content);
  const ran = await ada.run('put', 'local.txt', remote);
  assert.equal(ran.exitCode, 0, ran.stderr);
};
const did = async (...args: string[]): Promise<string> => {
  const ran = await ada.run(...args);
  assert.equal(ran.exitCode, 0, ran.stderr);
  return ran.stdout;
};
const trashed = async (): Promise<readonly TrashEntryView[]> =>
  (await ada.json<{ entries: TrashEntryView[] }>('trash', 'list')).entries;

test('mv renames, moves into folders, and stores onto a file only with --force', async () => {
  await put('one', '/mv/one.txt');
  await put('two', '/mv/two.txt');
  assert.equal(await did('mv', '/mv/one.txt', '/mv/uno.txt'), 'Moved “/mv/one.txt” to “/mv/uno.txt”.\n');
  await did('mkdir', '/mv/in');
  assert.equal(await did('mv', '/mv/uno.txt', '/mv/in'), 'Moved “/mv/uno.txt” to “/mv/in/uno.txt”.\n');
  assert.equal(await did('mv', '/mv/in/uno.txt', '/mv/two.txt', '/'), 'Moved 2 entries to “/”.\n');
  assert.equal(await did('ls', '/mv'), 'in/\n');
  const refused = await ada.run('mv', '/uno.txt', '/two.txt');
  assert.equal(refused.exitCode, 3);
  assert.match(refused.stderr, /name_taken/);
  assert.match(
    await did('mv', '--force', '/uno.txt', '/two.txt'),
    /“\/uno.txt” is the next version of “\/two.txt” now/,
  );
  assert.equal(await did('cat', '/two.txt'), 'one');
  assert.match((await ada.run('mv', '/mv', '/mv/in/')).stderr, /move_into_itself/);
  assert.match((await ada.run('mv', '/mv/', '/nowhere/mv')).stderr, /entry_not_found/);
  assert.equal((await ada.run('mv', '/mv')).exitCode, 2);
});

test('cp copies files and whole folders, and the copies are their own', async () => {
  await put('content', '/cp/deep/file.txt');
  assert.equal(await did('cp', '/cp', '/cp-two'), 'Copied “/cp” to “/cp-two”.\n');
  await did('cp', '/cp/deep/file.txt', '/cp/deep/other.txt');
  await put('changed', '/cp/deep/file.txt');
  assert.equal(await did('cat', '/cp-two/deep/file.txt', '/cp/deep/other.txt'), 'contentcontent');
  assert.match((await ada.run('cp', '/cp', '/cp-two')).stdout, /Copied “\/cp” to “\/cp-two\/cp”/);
  assert.match((await ada.run('cp', '/cp', '/cp-two')).stderr, /name_taken/);
  assert.match(await did('cp', '-f', '/cp/deep/file.txt', '/cp/deep/other.txt'), /has the content of/);
  assert.match((await ada.run('cp', '/cp', 'Nowhere:/')).stderr, /drive_unknown/);
  await did('get', '/cp-two', 'fetched/');
  assert.equal(readFileSync(ada.path('fetched/cp-two/deep/file.txt'), 'utf8'), 'content');
});

test('rm puts into the trash, and trash restore brings back, by path and by id', async () => {
  await put('plan', '/rm/plan.txt');
  await put('notes', '/rm/notes.txt');
  const said = await did('rm', '/rm/plan.txt');
  assert.match(
    said,
    /^Put “\/rm\/plan.txt” into the trash, where it stays until .*\nBring it back: holdfast trash restore \/rm\/plan.txt\n$/,
  );
  assert.equal(await did('ls', '/rm'), 'notes.txt\n');
  assert.match(await did('trash', 'list'), /\/rm\/plan\.txt/);
  assert.equal(await did('trash', 'restore', '/rm/plan.txt'), 'Brought back “/rm/plan.txt”.\n');
  await did('rm', '/rm');
  const [item] = await trashed();
  assert.equal(item?.entry.name, 'rm', 'what was thrown away last comes first');
  await did('trash', 'restore', item?.entry.id.slice(-8) ?? '', '--to', '/found again');
  assert.equal(await did('cat', '/found again/plan.txt'), 'plan');
  assert.match((await ada.run('trash', 'restore', '/rm/nothing')).stderr, /not_in_trash/);
  await put('one', '/whole/deep/one.txt');
  await put('two', '/whole/deep/two.txt');
  await did('rm', '/whole');
  assert.equal(await did('trash', 'restore', '/whole/deep/one.txt'), 'Brought back “/one.txt”.\n');
  await did('trash', 'restore', '/whole/deep/two.txt', '--to', '/found again/');
  assert.equal(await did('cat', '/one.txt', '/found again/two.txt'), 'onetwo');
  assert.equal((await ada.run('rm', '/')).exitCode, 2);
  await did('rm', '/found again/plan.txt');
  await put('newer', '/found again/plan.txt');
  assert.match((await ada.run('trash', 'restore', '/found again/plan.txt')).stderr, /name_taken/);
  assert.match(await did('trash', 'restore', '/found again/plan.txt', '--force'), /as its next version/);
  assert.equal(await did('cat', '/found again/plan.txt'), 'plan');
});

test('of several things one that fails is named, and the others are copied, moved and brought back', async () => {
  for (const name of ['a', 'b', 'c', 'in/b']) await put(name, `/several/${name}`);
  const named = ['/several/a', '/several/b', '/several/c'];
  const one = 'Failed: /several/b\n  .*name_taken\nNot complete: 1 of 3 not done\\.\n$';
  const copied = await ada.run('cp', ...named, '/several/in/');
  assert.equal(copied.exitCode, 3);
  assert.match(copied.stdout, new RegExp(`^Copied 2 entries to “/several/in/”\\.\n${one}`));
  assert.equal(await did('ls', '/several/in'), 'a\nb\nc\n');
  await did('rm', '/several/in/a', '/several/in/c');
  const moved = await ada.run('mv', ...named, '/several/in/');
  assert.equal(moved.exitCode, 3);
  assert.match(moved.stdout, new RegExp(`^Moved 2 entries to “/several/in/”\\.\n${one}`));
  assert.equal(await did('ls', '/several'), 'in/\nb\n');
  await did('mv', '/several/in/a', '/several/in/c', '/several/');
  await did('rm', ...named);
  await put('newer', '/several/b');
  const restored = await ada.run('trash', 'restore', ...named, '--json');
  assert.equal(restored.exitCode, 3);
  const told = JSON.parse(restored.stdout) as {
    readonly restored: readonly { readonly to: string }[];
    readonly complete: boolean;
    readonly failed: readonly { readonly path: string; readonly problem: { readonly code: string } }[];
  };
  assert.deepEqual(
    told.restored.map(({ to }) => to),
    ['/several/a', '/several/c'],
  );
  assert.deepEqual(
    told.failed.map(({ path, problem }) => [path, problem.code]),
    [['/several/b', 'name_taken']],
  );
  assert.equal(told.complete, false);
});

test('one thing that fails alone says what was tried on which path', async () => {
  await put('x', '/alone/x');
  await put('y', '/alone/in/x');
  for (const [args, tried] of [
    [['mv', '/alone/x', '/alone/in/'], 'Move “/alone/x”'],
    [['cp', '/alone/x', '/alone/in/'], 'Copy “/alone/x”'],
    [['mv', '/alone', '/alone/in/'], 'Move “/alone”'],
  ] as const) {
    const { exitCode, stdout, stderr } = await ada.run(...args);
    assert.deepEqual([exitCode, stdout, stderr.split('\n')[0]], [3, '', `Could not: ${tried}`]);
  }
  await did('rm', '/alone/x');
  await put('newer', '/alone/x');
  const restored = await ada.run('trash', 'restore', '/alone/x');
  assert.equal(restored.exitCode, 3);
  assert.match(restored.stderr, /^Could not: Bring back “\/alone\/x”\n[^]*name_taken/);
});

test('what is purged is gone for good, and never without a word', async () => {
  await put('secret', '/gone/secret.key');
  const { entries } = await ada.json<{ entries: EntryView[] }>('ls', '/gone');
  const unasked = await ada.run('rm', '--purge', '/gone');
  assert.equal(unasked.exitCode, 2);
  assert.match(unasked.stderr, /--yes/);
  assert.equal(await did('rm', '--purge', '--yes', '/gone'), 'Removed “/gone” for good.\n');
  assert.ok(!(await trashed()).some(({ entry }) => entry.name === 'gone'));
  assert.equal(entries.length, 1);
  await put('x', '/left');
  await did('rm', '/left');
  assert.equal((await ada.run('trash', 'empty')).exitCode, 2);
  assert.match(await did('trash', 'empty', '--yes'), /^Removed \d+ entr(y|ies) for good\.\n$/);
  assert.equal(await did('trash', 'empty', '--yes'), 'The trash was empty already.\n');
  assert.deepEqual(await trashed(), []);
});

test('an admin sets how much space somebody may use, and what is over it is refused', async () => {
  assert.match(await did('admin', 'quotas', 'show'), /@ada +Ada +.* +as much as there is \(default\)/);
  const said = await did('admin', 'quotas', 'set', '@ada', '1.5MB');
  assert.match(said, /^Ada \(@ada\) may use 1\.5 MB, and uses .*\.\n$/);
  writeFileSync(ada.path('large.bin'), Buffer.alloc(2_000_000));
  const refused = await ada.run('put', 'large.bin', '/');
  assert.equal(refused.exitCode, 3);
  assert.match(refused.stdout + refused.stderr, /more than the space of this drive’s owner has left/);
  assert.equal((await ada.run('admin', 'quotas', 'set', '@ada', 'much')).exitCode, 2);
  await did('admin', 'quotas', 'set', '@ada', 'default');
  await did('put', 'large.bin', '/');
});
