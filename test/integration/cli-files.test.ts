import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { BackupStatusView, VersionList } from '../../src/files/wire.ts';
import { readBody } from '../../src/storage/index.ts';
import { cliPerson, type CliPerson } from '../support/clients/cli-person.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

interface Report {
  readonly complete: boolean;
  readonly files: readonly { readonly remote: string; readonly outcome: string; readonly problem?: { code: string } }[];
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
}

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

const big = randomBytes(3_000_000);
const write = (name: string, content: string | Buffer, modified = '2020-02-03T04:05:06.789Z'): string => {
  const path = ada.path(name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  utimesSync(path, new Date(modified), new Date(modified));
  return path;
};
const outcomes = (report: Report): Record<string, string> =>
  Object.fromEntries(report.files.map(({ remote, outcome }) => [remote, outcome]));

test('a folder goes there and comes back the same: names, bytes, modified times, empty folders', async () => {
  write('photos/报告.pdf', 'pdf');
  write('photos/sub/deep/.hidden', 'dot');
  write('photos/sub/big.bin', big);
  write('photos/zero', '');
  mkdirSync(ada.path('photos/empty'));
  const stored = await ada.run('put', 'photos', '/backup/');
  assert.equal(stored.exitCode, 0, stored.stderr);
  // Second copies are waited for a moment; on a busy machine it tells what there is by then.
  const copies = /(?:2 copies each|.* so far, \d second cop(?:y is|ies are) on the way \(holdfast backup status\))\./;
  assert.match(stored.stdout, new RegExp(`^Stored 4 files \\(3\\.0 MB\\) in .* s, ${copies.source}\n$`));
  const fetched = await ada.run('get', '/backup/photos', 'restored/');
  assert.equal(fetched.exitCode, 0, fetched.stderr);
  for (const name of ['报告.pdf', 'sub/deep/.hidden', 'sub/big.bin', 'zero']) {
    assert.deepEqual(readFileSync(ada.path('restored/photos', name)), readFileSync(ada.path('photos', name)));
    assert.equal(statSync(ada.path('restored/photos', name)).mtime.toISOString(), '2020-02-03T04:05:06.789Z');
  }
  assert.deepEqual(await readdir(ada.path('restored/photos/empty')), []);
});

test('of more files than are asked for one by one it is told as well how many copies there are', async () => {
  for (let n = 0; n < 24; n += 1) write(`many/${n % 2}/${n}.txt`, String(n));
  const stored = await ada.run('put', 'many', '/', '--json');
  assert.equal(stored.exitCode, 0, stored.stderr);
  const { files } = JSON.parse(stored.stdout) as { files: { copies: number }[] };
  const told = files.map(({ copies }) => copies);
  assert.equal(told.length, 24);
  // How many have theirs in the moment that a put waits for them depends on the stores and on the machine.
  assert.ok(told.every((copies) => copies === 1 || copies === 2));
});

test('a second put and a second get skip what is there, and send only what changed', async () => {
  const again = await ada.json<Report>('put', 'photos', '/backup/');
  assert.deepEqual([...new Set(Object.values(outcomes(again)))], ['unchanged']);
  write('photos/zero', 'no longer');
  const changed = outcomes(await ada.json<Report>('put', 'photos', '/backup/'));
  assert.equal(changed['/backup/photos/zero'], 'done');
  assert.equal(changed['/backup/photos/sub/big.bin'], 'unchanged');
  const { versions } = await ada.json<VersionList>('versions', '/backup/photos/zero');
  assert.deepEqual(
    versions.map(({ size }) => size),
    [9, 0],
  );
  const fetched = outcomes(await ada.json<Report>('get', '/backup/photos', 'restored/'));
  assert.equal(fetched['/backup/photos/zero'], 'done');
  assert.equal(fetched['/backup/photos/sub/big.bin'], 'unchanged');
});

test('a dry run tells what would happen and does nothing', async () => {
  write('plans/one.txt', 'one');
  const stored = await ada.run('put', 'plans', '/dry/', '--dry-run');
  assert.equal(stored.exitCode, 0, stored.stderr);
  assert.match(stored.stdout, /plans\/one\.txt -> \/dry\/plans\/one\.txt {2}\(3 bytes\)\nWould store 1 file/);
  assert.match((await ada.run('ls', '/dry')).stderr, /entry_not_found/);
  const fetched = await ada.run('get', '/backup/photos', 'elsewhere', '-n');
  assert.match(fetched.stdout, /Would fetch 4 files/);
  assert.equal(existsSync(ada.path('elsewhere')), false);
});

test('--include and --exclude choose files on both ways', async () => {
  write('mixed/a.txt', 'a');
  write('mixed/b.tmp', 'b');
  write('mixed/node_modules/c.txt', 'c');
  const args = ['--include', '*.txt', '--exclude', 'node_modules/'];
  const stored = await ada.json<Report>('put', 'mixed', '/', ...args);
  assert.deepEqual(outcomes(stored), { '/mixed/a.txt': 'done' });
  await ada.run('put', 'mixed', '/');
  const fetched = await ada.json<Report>('get', '/mixed', 'mixed-back', ...args);
  assert.deepEqual(outcomes(fetched), { '/mixed/a.txt': 'done' });
  assert.deepEqual(await readdir(ada.path('mixed-back')), ['a.txt']);
});

test('several files go into a folder at once, and one goes under another name', async () => {
  write('x.txt', 'x');
  write('y.txt', 'y');
  assert.equal((await ada.run('put', 'x.txt', 'y.txt', '/several')).exitCode, 0);
  assert.equal((await ada.run('put', 'x.txt', '/several/z.txt')).exitCode, 0);
  assert.equal((await ada.run('ls', '/several')).stdout, 'x.txt\ny.txt\nz.txt\n');
  assert.equal((await ada.run('cat', '/several/x.txt', '/several/y.txt')).stdout, 'xy');
  const into = await ada.run('put', 'x.txt', '/several');
  assert.equal(into.exitCode, 3);
  assert.match(into.stdout, /put a “\/” at the end: \/several\//);
});

test('versions are listed newest first, any is read, and one is restored as a new one', async () => {
  for (const content of ['first', 'second', 'third']) await ada.run('put', write('plan.txt', content), '/plan.txt');
  const { versions } = await ada.json<VersionList>('versions', '/plan.txt');
  const first = versions.at(-1)?.versionId ?? '';
  assert.equal(versions.length, 3);
  assert.equal((await ada.run('cat', '/plan.txt')).stdout, 'third');
  assert.equal((await ada.run('cat', '/plan.txt', '--version', first)).stdout, 'first');
  const restored = await ada.run('restore', '/plan.txt', first.slice(-8));
  assert.equal(restored.exitCode, 0, restored.stderr);
  assert.equal((await ada.run('cat', '/plan.txt')).stdout, 'first');
  const table = (await ada.run('versions', '/plan.txt')).stdout.split('\n');
  assert.match(table[0] ?? '', /Version +Stored +Size +By +Copies/);
  assert.match(table[1] ?? '', new RegExp(`Ada +2 +current, restored from …${first.slice(-8)}`));
  assert.match((await ada.run('restore', '/plan.txt', '01234567')).stderr, /version_not_found/);
});

test('get replaces content that is kept as a version, and never the only copy of something', async () => {
  const target = write('here.txt', 'second');
  assert.equal((await ada.run('get', '/plan.txt', 'here.txt')).exitCode, 0);
  assert.equal(readFileSync(target, 'utf8'), 'first');
  write('here.txt', 'written here and nowhere else');
  const refused = await ada.run('get', '/plan.txt', 'here.txt');
  assert.equal(refused.exitCode, 3);
  assert.match(refused.stdout, /local_file_differs/);
  assert.equal(readFileSync(target, 'utf8'), 'written here and nowhere else');
  assert.equal((await ada.run('get', '/plan.txt', 'here.txt', '--overwrite')).exitCode, 0);
  assert.equal(readFileSync(target, 'utf8'), 'first');
});

test('get --overwrite replaces files and symbolic links, and never a pipe or a device', async () => {
  const target = ada.path('queue');
  execFileSync('mkfifo', [target]);
  for (const args of [[], ['--overwrite'], ['--overwrite', '--dry-run']]) {
    const ran = await ada.run('get', '/plan.txt', 'queue', ...args);
    assert.equal(ran.exitCode, 3, args.join(' '));
    assert.match(ran.stdout, /there is a device, a pipe or a socket of this name[^]*local_path_unusable/);
    assert.ok(statSync(target).isFIFO(), args.join(' '));
  }
  symlinkSync(target, ada.path('to-queue'));
  assert.match((await ada.run('get', '/plan.txt', 'to-queue')).stdout, /there is a symbolic link of this name/);
  assert.equal((await ada.run('get', '/plan.txt', 'to-queue', '--overwrite')).exitCode, 0);
  assert.equal(readFileSync(ada.path('to-queue'), 'utf8'), 'first');
  assert.ok(statSync(target).isFIFO());
});

test('symbolic links are left out and told, and followed when that is asked for', async () => {
  write('links/real.txt', 'real');
  symlinkSync('real.txt', ada.path('links/alias.txt'));
  symlinkSync('.', ada.path('links/loop'));
  const plain = await ada.json<Report>('put', 'links', '/');
  assert.deepEqual(Object.keys(outcomes(plain)), ['/links/real.txt']);
  assert.equal(plain.leftOut.length, 2);
  const followed = await ada.json<Report>('put', 'links', '/', '--follow');
  assert.deepEqual(Object.keys(outcomes(followed)).toSorted(), ['/links/alias.txt', '/links/real.txt']);
  assert.deepEqual(
    followed.leftOut.map(({ reason }) => reason),
    ['loop of links'],
  );
});

test('a link among the local folders does not lead a get out of its target', async () => {
  mkdirSync(ada.path('outside'));
  mkdirSync(ada.path('trap/photos'), { recursive: true });
  symlinkSync(ada.path('outside'), ada.path('trap/photos/sub'));
  const ran = await ada.run('get', '/backup/photos', 'trap/');
  assert.equal(ran.exitCode, 3);
  assert.match(ran.stdout, /it is a symbolic link/);
  assert.match((await ada.run('get', '/backup/photos', 'trap/', '--dry-run')).stdout, /it is a symbolic link/);
  assert.deepEqual(await readdir(ada.path('outside')), []);
});

test('one file that is refused is told, the others are stored, and the exit code says that it is not complete', async () => {
  write('names/good.txt', 'good');
  write('names/bad\nname\u001b[2J.txt', 'bad');
  const ran = await ada.run('put', 'names', '/');
  assert.equal(ran.exitCode, 3);
  assert.match(ran.stdout, /Failed: .*bad\\u\{a\}name\\u\{1b\}\[2J\.txt/);
  assert.match(ran.stdout, /Stored 1 file/);
  assert.match(ran.stdout, /Not complete: 1 file failed\.\n$/);
  assert.ok(!ran.stdout.includes('\u001b'));
});

test('two names that look the same and are one in Holdfast are refused by themselves, each told from the other', async () => {
  const [one, other] = ['caf\u00e9', 'cafe\u0301'];
  for (const name of [one, other]) {
    write(`alike/${name}/x`, name);
    write(`alike/deep/${name}.txt`, name);
  }
  write('alike/deep/plain.txt', 'plain');
  const ran = await ada.run('put', 'alike', '/');
  assert.equal(ran.exitCode, 3, ran.stderr);
  assert.match(ran.stdout, /“cafe\\u\{301\}” and “caf\\u\{e9\}” look the same[^]*two_for_one_name/);
  assert.match(ran.stdout, /Stored 1 file [^]*Not complete: 4 files failed\.\n$/);
  assert.equal((await ada.run('ls', '/alike')).stdout, 'deep/\n');
  assert.equal((await ada.run('ls', '/alike/deep')).stdout, 'plain.txt\n');
  const chosen = await ada.run('put', `alike/${one}`, '/alike/');
  assert.equal(chosen.exitCode, 0, chosen.stdout);
});

test('what is named wrongly stops everything before the first byte', async () => {
  const missing = await ada.run('put', 'x.txt', 'no-such-file', '/never/');
  assert.equal(missing.exitCode, 3);
  assert.match(missing.stderr, /there is no such file or folder/);
  assert.match((await ada.run('ls', '/never')).stderr, /entry_not_found/);
  const relative = await ada.run('put', 'x.txt', 'never');
  assert.equal(relative.exitCode, 2);
  assert.match(relative.stderr, /Did you mean: \/never/);
  write('twice/x.txt', 'other');
  const twice = await ada.run('put', 'x.txt', 'twice/x.txt', '/never/');
  assert.equal(twice.exitCode, 2);
  assert.match(twice.stderr, /two_for_one_name/);
});

test('mkdir makes one folder, refuses it twice, and makes parents when asked', async () => {
  assert.equal((await ada.run('mkdir', '/made')).exitCode, 0);
  assert.match((await ada.run('mkdir', '/made')).stderr, /name_taken/);
  assert.match((await ada.run('mkdir', '/up/down')).stderr, /entry_not_found|folder_not_found/);
  assert.match((await ada.run('mkdir', '-p', '/up/down', '/made')).stdout, /Made 2 folders/);
  assert.match((await ada.run('ls', '/up')).stdout, /^down\/\n$/);
});

test('exported keys open the stored objects without the server, plain and behind a passphrase', async () => {
  const keys = ['keys', 'export', '--password-file', ada.passwordFile];
  const plain = await ada.run(...keys, '--plain', '--output', 'keys.txt');
  assert.equal(plain.exitCode, 0, plain.stderr);
  assert.equal(statSync(ada.path('keys.txt')).mode & 0o777, 0o600);
  const store = server.workspace.stores.primary;
  const { objects } = await store.list({ prefix: 'drives/' });
  const { key = '' } = objects.find((object) => object.key.includes('/o/')) ?? {};
  writeFileSync(ada.path('object.age'), await readBody((await store.get(key)).body));
  const opened = await ada.run('decrypt', '-i', 'keys.txt', '-o', 'object.bin', 'object.age');
  assert.equal(opened.exitCode, 0, opened.stderr);
  write('phrase', 'twelve green pelicans\n');
  const locked = await ada.run(...keys, '--passphrase-file', 'phrase', '--output', 'keys.age');
  assert.equal(locked.exitCode, 0, locked.stderr);
  assert.match(readFileSync(ada.path('keys.age'), 'utf8'), /^-----BEGIN AGE ENCRYPTED FILE-----/);
  const unlocked = await ada.run('decrypt', '--passphrase-file', 'phrase', 'keys.age');
  assert.equal(unlocked.stdout, readFileSync(ada.path('keys.txt'), 'utf8'));
  write('wrong', 'not my password\n');
  const refused = await ada.run('keys', 'export', '--plain', '--password-file', 'wrong', '--output', 'no.txt');
  assert.match(refused.stderr, /password_wrong/);
  assert.equal(existsSync(ada.path('no.txt')), false);
});

test('backup status and doctor say how it is, in words and as JSON', async () => {
  await server.workspace.files.copyDue();
  const status = await ada.run('backup', 'status');
  assert.equal(status.exitCode, 0, status.stderr);
  assert.match(status.stdout, /Everything has its second copy\.\n$/);
  assert.equal((await ada.json<BackupStatusView>('backup', 'status')).verdict, 'complete');
  const doctor = await ada.run('doctor');
  assert.match(doctor.stdout, /\d+ checks: \d+ ok, \d+ to look at, \d+ failed\n$/);
  assert.equal(doctor.exitCode, /\b0 failed/.test(doctor.stdout) ? 0 : 1);
});

test('names are listed as people count, and JSON has all that is known', async () => {
  for (const name of ['page 10', 'page 2', 'page 1']) write(`book/${name}`, name);
  await ada.run('put', 'book', '/');
  assert.equal((await ada.run('ls', '/book')).stdout, 'page 1\npage 2\npage 10\n');
  const { entries } = await ada.json<{ entries: Record<string, unknown>[] }>('ls', '/book');
  const keys = Object.keys(entries[0] ?? {});
  for (const key of ['path', 'id', 'kind', 'name', 'size', 'modifiedTime', 'sha256', 'versionId', 'copies']) {
    assert.ok(keys.includes(key), key);
  }
});

test('what fails says what was tried, and nothing that is not so', async () => {
  write('is-file.txt', 'x');
  assert.equal((await ada.run('put', 'is-file.txt', '/is-file.txt')).exitCode, 0);
  const failing: readonly [args: string[], said: RegExp][] = [
    [['get', '/nope'], /^Could not: Fetch \/nope\n/],
    [['cat', '/nope'], /^Could not: Fetch \/nope\n/],
    [['ls', '/nope/deeper'], /^Could not: List \/nope\/deeper\n/],
    [['ls', '/is-file.txt/'], /^Could not: List \/is-file\.txt\/\n[^]*not_a_folder/],
    [['get', '/is-file.txt/'], /^Could not: Fetch \/is-file\.txt\/\n[^]*not_a_folder/],
    [['mkdir', '/'], /^Could not: Make the folder \/\n[^]*it is the drive itself[^]*name_taken/],
    [['mkdir', '/is-file.txt'], /is there already: it is a file\./],
  ];
  for (const [args, said] of failing) {
    const { exitCode, stderr } = await ada.run(...args);
    assert.equal(exitCode, 3, args.join(' '));
    assert.match(stderr, said);
  }
  assert.equal((await ada.run('mkdir', '-p', '/')).exitCode, 0);
  const put = await ada.run('put', 'is-file.txt', '/is-file.txt/below');
  assert.equal(put.exitCode, 3);
  assert.doesNotMatch(put.stdout, /nothing to do/);
});
