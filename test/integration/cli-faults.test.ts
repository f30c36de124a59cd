import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { cliPerson, launcher, type CliPerson, type CliProcess } from '../support/clients/cli-person.ts';
import { lyingServer, sendWhole, type LyingServer, type SendContent } from '../support/servers/lying-server.ts';

interface TransferReport {
  readonly files: readonly { readonly remote: string }[];
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
}

async function signedInAt({ url }: LyingServer): Promise<CliPerson> {
  const person = await cliPerson();
  const ran = await person.run('login', url, '--email', 'ada@example.org', '--password-file', person.passwordFile);
  assert.equal(ran.exitCode, 0, ran.stderr);
  return person;
}

const visibleFiles = async (person: CliPerson, folder: string): Promise<string[]> =>
  existsSync(person.path(folder)) ? await readdir(person.path(folder)) : [];

test('no name that a server gives is written outside of the target', async () => {
  const names = ['../up', '..', '.', '/etc/holdfast', 'a/b', '', 'nul\u0000', 'esc\u001b[2J', 'good'];
  await using server = await lyingServer(names.map((name) => ({ name, content: Buffer.from('x') })));
  await using ada = await signedInAt(server);
  const ran = await ada.run('get', '/', 'inner/target');
  assert.equal(ran.exitCode, 3);
  assert.deepEqual(await visibleFiles(ada, 'inner/target'), ['good']);
  assert.deepEqual(await visibleFiles(ada, 'inner'), ['target']);
  assert.match(ran.stdout, /local_name_refused/);
  assert.match(ran.stdout, /Not complete: 8 files failed\./);
});

test('names cannot move the cursor, hide lines or turn text around', async () => {
  const names = ['a\u001b[2K\u001b[1Ab', 'tab\there', 'txt.\u202efdp', 'line\nbreak', 'bell\u0007', 'c1\u009b2J'];
  await using server = await lyingServer(names.map((name) => ({ name, content: Buffer.from('x') })));
  await using ada = await signedInAt(server);
  for (const args of [['ls'], ['ls', '-l'], ['get', '/', 'target', '-n']]) {
    const { stdout } = await ada.run(...args);
    assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    assert.match(stdout, /\\u\{1b\}/);
  }
});

test('content that is not what was stored is not kept, and cat ends in an error', async () => {
  await using server = await lyingServer([{ name: 'a.txt', content: Buffer.from('altered'), sha256: '0'.repeat(64) }]);
  await using ada = await signedInAt(server);
  const got = await ada.run('get', '/a.txt', 'target/');
  assert.equal(got.exitCode, 3);
  assert.match(got.stdout, /content_differs/);
  assert.deepEqual(await visibleFiles(ada, 'target'), []);
  const cat = await ada.run('cat', '/a.txt');
  assert.equal(cat.exitCode, 3);
  assert.match(cat.stderr, /content_differs/);
});

test('a download whose line breaks goes on at the byte where it broke', async () => {
  const content = randomBytes(1_000_000);
  await using server = await lyingServer([{ name: 'a.bin', content }], (bytes, request, response, number) => {
    if (number > 1) return sendWhole(bytes, request, response);
    const start = number === 0 ? 0 : Number(/\d+/.exec(request.headers.range ?? '')?.[0]);
    const head = { 'content-length': bytes.length - start };
    const range = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(number === 0 ? 200 : 206, number === 0 ? head : { ...head, ...range });
    response.write(bytes.subarray(start, start + 300_000), () => response.destroy());
  });
  await using ada = await signedInAt(server);
  const ran = await ada.run('get', '/a.bin', 'a.bin');
  assert.equal(ran.exitCode, 0, ran.stdout + ran.stderr);
  assert.deepEqual(readFileSync(ada.path('a.bin')), content);
  assert.equal(server.ranges.length, 3);
  assert.equal(server.ranges[0], undefined);
  assert.match(server.ranges[1] ?? '', /^bytes=[1-9]\d*-$/);
});

test('many files over one kept connection leave nothing behind on it', async () => {
  const files = Array.from({ length: 40 }, (_, index) => ({ name: `file ${index}`, content: randomBytes(1000) }));
  await using server = await lyingServer(files);
  await using ada = await signedInAt(server);
  const ran = await ada.run('get', '/', 'target/', '--jobs', '1');
  assert.deepEqual([ran.exitCode, ran.stderr], [0, '']);
  assert.equal((await visibleFiles(ada, 'target')).length, 40);
});

test('a server that ignores the range it was asked for is not believed', async () => {
  const content = randomBytes(500_000);
  await using server = await lyingServer([{ name: 'a.bin', content }], (bytes, _request, response, number) => {
    response.writeHead(200, { 'content-length': bytes.length });
    if (number === 0) response.write(bytes.subarray(0, 200_000), () => response.destroy());
    else response.end(bytes);
  });
  await using ada = await signedInAt(server);
  const ran = await ada.run('get', '/a.bin', 'target/');
  assert.equal(ran.exitCode, 3);
  assert.match(ran.stdout, /reply_unreadable/);
  assert.deepEqual(await visibleFiles(ada, 'target'), []);
});

test('what is written on this computer while its file is fetched is not replaced', async () => {
  const [content, before] = [randomBytes(100_000), Buffer.from('stored before')];
  const arrived = Promise.withResolvers<void>();
  await using server = await lyingServer([{ name: 'a.bin', content, before }], (bytes, request, response) => {
    void arrived.promise.then(() => sendWhole(bytes, request, response));
  });
  await using ada = await signedInAt(server);
  writeFileSync(ada.path('a.bin'), before);
  const { ended } = ada.start('get', '/a.bin', 'a.bin');
  await server.asked;
  writeFileSync(ada.path('a.bin'), 'written meanwhile');
  arrived.resolve();
  const ran = await ended;
  assert.equal(ran.exitCode, 3);
  assert.match(ran.stdout, /local_file_differs/);
  assert.equal(readFileSync(ada.path('a.bin'), 'utf8'), 'written meanwhile');
  assert.deepEqual(
    (await readdir(ada.folder)).filter((name) => name.endsWith('.partial')),
    [],
  );
  writeFileSync(ada.path('a.bin'), before);
  assert.equal((await ada.run('get', '/a.bin', 'a.bin')).exitCode, 0);
  assert.deepEqual(readFileSync(ada.path('a.bin')), content);
});

/** A get into `target/` of a file whose second half never comes, once the first one is being written. */
async function getInTheMiddle(person: CliPerson, server: LyingServer): Promise<CliProcess> {
  mkdirSync(person.path('target'));
  const watcher = watch(person.path('target'));
  const written = once(watcher, 'change');
  const started = person.start('get', '/a.bin', 'target/');
  await Promise.all([server.asked, written]);
  watcher.close();
  return started;
}

const half: SendContent = (bytes, _request, response) => {
  response.writeHead(200, { 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2));
};

test('Ctrl-C in the middle of a get leaves nothing behind and ends with 130', async () => {
  await using server = await lyingServer([{ name: 'a.bin', content: randomBytes(2_000_000) }], half);
  await using ada = await signedInAt(server);
  const { child, ended } = await getInTheMiddle(ada, server);
  child.kill('SIGINT');
  const ran = await ended;
  assert.equal(ran.exitCode, 130);
  assert.match(ran.stderr, /interrupted/);
  assert.deepEqual(await visibleFiles(ada, 'target'), []);
});

test('what a get that was killed has left behind is no file to be stored, and is told', async () => {
  await using server = await lyingServer([{ name: 'a.bin', content: randomBytes(2_000_000) }], half);
  await using ada = await signedInAt(server);
  const { child, ended } = await getInTheMiddle(ada, server);
  child.kill('SIGKILL');
  await ended;
  const [partial = ''] = await visibleFiles(ada, 'target');
  assert.match(partial, /\.partial$/);
  writeFileSync(ada.path('target/my own.partial'), 'mine');
  const planned = await ada.json<TransferReport>('put', 'target', '/new/', '--dry-run');
  assert.deepEqual(
    planned.files.map(({ remote }) => remote),
    ['/new/target/my own.partial'],
  );
  assert.deepEqual(planned.leftOut, [{ path: ada.path('target', partial), reason: 'unfinished download' }]);
});

test('an upload that is refused before it was read is told with the reason', async () => {
  await using server = await lyingServer([]);
  await using ada = await signedInAt(server);
  writeFileSync(ada.path('big.bin'), randomBytes(20_000_000));
  const ran = await ada.run('put', 'big.bin', '/big.bin');
  assert.equal(ran.exitCode, 3);
  assert.match(ran.stdout, /file_too_large/);
});

test('something that is no Holdfast server is told as such', async () => {
  await using server = await lyingServer([]);
  await using ada = await signedInAt(server);
  const ran = await ada.run('doctor');
  assert.equal(ran.exitCode, 3);
  assert.match(ran.stderr, /reply_unreadable/);
});

/** As typed in a shell: what it said on stderr. Its stdin ends once nobody reads its file descriptor 3 any more. */
async function inShell(person: CliPerson, command: string): Promise<string> {
  const env = { ...process.env, XDG_CONFIG_HOME: person.configFolder, holdfast: launcher };
  const shell = spawn('sh', ['-c', command], { env, cwd: person.folder, stdio: ['pipe', 'ignore', 'pipe', 'pipe'] });
  shell.stdio[3]?.destroy();
  shell.stdio[3]?.once('close', () => shell.stdin?.end());
  let said = '';
  shell.stderr?.on('data', (piece: Buffer) => (said += piece.toString()));
  await once(shell, 'close');
  return said.trim();
}

test('a reader who has what he wants ends any verb without a word, and with 141', async () => {
  const names = Array.from({ length: 4000 }, (_, number) => `a name of some length ${number}.txt`);
  await using server = await lyingServer(names.map((name) => ({ name, content: Buffer.from('x') })));
  await using ada = await signedInAt(server);
  for (const verb of ['ls', 'ls -l', 'ls --json']) {
    assert.equal(await inShell(ada, `{ "$holdfast" ${verb}; echo $? >&2; } | head -c 1`), '141', verb);
  }
  // Gone before the first line.
  assert.equal(await inShell(ada, 'cat; "$holdfast" put --help >&3; echo $? >&2'), '141');
  assert.equal(await inShell(ada, '{ "$holdfast" ls; echo $? >&2; } | cat'), '0');
});

test('output that does not fit on the disk is an error, never a silent half', async () => {
  await using server = await lyingServer([{ name: 'a.txt', content: Buffer.from('x') }]);
  await using ada = await signedInAt(server);
  for (const verb of ['ls', 'cat /a.txt', '--help']) {
    assert.match(await inShell(ada, `"$holdfast" ${verb} > /dev/full; echo $? >&2`), /ENOSPC[^]*output_lost\n3$/, verb);
  }
});
