import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { generateIdentity } from '../../src/age/index.ts';
import type { Loads } from '../support/trace/tell-loads.ts';
import { run, serveByCommand } from '../support/servers/workspace-by-command.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'package-'));
const elsewhere = join(folder, 'elsewhere');
const installed = join(elsewhere, 'node_modules/holdfast');
/** The pinned Node runs it, as it would on a machine whose Node is new enough. */
const launcher = [process.execPath, join(installed, 'dist/holdfast.js')];

before(() => {
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, 'package.json'), '{ "name": "elsewhere", "private": true }\n');
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const tarball = join(folder, packed.trim().split('\n').at(-1) ?? '');
  // Offline: everything it needs is inside, so no registry is asked.
  execFileSync('npm', ['install', '--offline', '--omit=optional', '--no-audit', '--no-fund', tarball], {
    cwd: elsewhere,
  });
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('the package installs without any other package and without scripts', () => {
  assert.deepEqual(
    readdirSync(join(elsewhere, 'node_modules')).filter((name) => !name.startsWith('.')),
    ['holdfast'],
  );
  const { dependencies, scripts } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    dependencies?: object;
    scripts?: Record<string, string>;
  };
  assert.equal(dependencies, undefined);
  for (const name of ['preinstall', 'install', 'postinstall']) assert.equal(scripts?.[name], undefined);
});

test('the package carries code, licences and what to read first, and no sources, tests or data', () => {
  const carried = readdirSync(installed).toSorted();
  assert.deepEqual(carried, ['LICENSE', 'README.md', 'SECURITY.md', 'dist', 'package.json']);
  const dist = readdirSync(join(installed, 'dist'));
  assert.deepEqual(
    dist.filter(
      (file) =>
        !/\.js$|^(?:serve|age)\.cjs$|^guard\.yaml$|^deploy$|^host-scripts$|^THIRD-PARTY-LICENSES\.txt$|^web$/.test(
          file,
        ),
    ),
    [],
  );
  const licences = readFileSync(join(installed, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
  for (const name of ['fastify', 'commander', 'pino', '@zxcvbn-ts/core'])
    assert.match(licences, new RegExp(`^${name} \\d`, 'm'));
  const web = join(installed, 'dist/web');
  const toInstallAsApp = ['holdfast.webmanifest', 'icon-192.png', 'icon-512.png', 'icon-maskable-512.png'];
  assert.deepEqual(
    readdirSync(web).toSorted(),
    ['assets', 'badge-96.png', ...toInstallAsApp, 'index.html', 'service-worker.js'].toSorted(),
  );
  const assets = readdirSync(join(web, 'assets'));
  assert.deepEqual(
    assets.filter((file) => !/\.(js|css|svg|txt)(\.br|\.gz)?$/.test(file)),
    [],
  );
  const webLicences = readFileSync(join(web, 'assets/third-party-licences.txt'), 'utf8');
  for (const name of ['react', '@mantine/core', '@tanstack/react-router', '@tabler/icons-react'])
    assert.match(webLicences, new RegExp(`^${name} \\d`, 'm'));
});

test('the guard for AWS Lambda is one file of at most 3 MiB that loads alone', async () => {
  const path = join(folder, 'index.mjs');
  writeFileSync(path, readFileSync(join(installed, 'dist/guard-lambda.js')));
  assert.ok(statSync(path).size <= 3 * 2 ** 20, `${statSync(path).size} bytes`);
  const { handler } = (await import(path)) as { handler: (invocation: object) => Promise<object> };
  await assert.rejects(handler({ Records: [] }), /HOLDFAST_GUARD_TABLE/);
});

test('the installed command answers its version', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const { exitCode, stdout } = await run([join(elsewhere, 'node_modules/.bin/holdfast'), '--version'], {
    PATH: `${join(process.execPath, '..')}:${process.env['PATH']}`,
  });
  assert.deepEqual({ exitCode, stdout: stdout.trim() }, { exitCode: 0, stdout: `holdfast ${version}` });
});

test('the installed command serves, signs up, stores a file and gives it back', async () => {
  await using workspace = await serveByCommand(launcher, join(folder, 'served'));
  await workspace.signUp();
  const original = join(folder, 'plan.txt');
  writeFileSync(original, 'carry this over the mountains\n');
  const put = await workspace.run('put', original, '/');
  assert.equal(put.exitCode, 0, put.stderr);
  const copy = join(folder, 'back.txt');
  const get = await workspace.run('get', '/plan.txt', copy);
  assert.equal(get.exitCode, 0, get.stderr);
  assert.deepEqual(readFileSync(copy), readFileSync(original));
  assert.ok(existsSync(workspace.kitFile));
  const page = await (await fetch(workspace.url)).text();
  assert.match(page, /<script type="module"[^>]* src="\/assets\/index-/);
});

test('encrypt and decrypt load one file, and what they write is what the other reads', async () => {
  const loadsFile = join(folder, 'age-loads.json');
  const telling = [process.execPath, '--import', join(ROOT, 'test/support/trace/tell-loads.ts'), ...launcher.slice(1)];
  const [key, plain, sealed] = ['key.txt', 'plain.txt', 'sealed.age'].map((name) => join(folder, name));
  const identity = generateIdentity('pq');
  writeFileSync(key!, `${identity.toString()}\n`);
  writeFileSync(plain!, 'for Ada');
  const home = join(folder, 'age-home');
  mkdirSync(home);
  for (const words of [
    ['encrypt', '-r', identity.recipient.toString(), '-o', sealed!, plain!],
    ['decrypt', '-i', key!, '-o', `${plain}.again`, sealed!],
  ]) {
    const { exitCode, stderr } = await run([...telling, ...words], { HOME: home, TELL_LOADS: loadsFile });
    assert.equal(exitCode, 0, stderr);
    const { files, builtins } = JSON.parse(readFileSync(loadsFile, 'utf8')) as Loads;
    assert.deepEqual(
      files.filter((file) => file.includes('/dist/')).map((file) => basename(file)),
      ['holdfast.js', 'kept-code.js'],
    );
    assert.deepEqual(
      ['http', 'tls', 'child_process'].filter((name) => builtins.includes(name)),
      [],
    );
  }
  assert.equal(readFileSync(`${plain}.again`, 'utf8'), 'for Ada');
});

test('a start of the server loads one file, and from the second time on its compiled code', async () => {
  const loadsFile = join(folder, 'loads.json');
  const home = join(folder, 'home');
  mkdirSync(home);
  const telling = [process.execPath, '--import', join(ROOT, 'test/support/trace/tell-loads.ts'), ...launcher.slice(1)];
  const start = async (): Promise<Loads> => {
    await using workspace = await serveByCommand(telling, join(folder, 'told'), { HOME: home, TELL_LOADS: loadsFile });
    await workspace.stop();
    return JSON.parse(readFileSync(loadsFile, 'utf8')) as Loads;
  };
  const all = join(home, '.cache/holdfast/compile');
  const kept = (): string[] =>
    readdirSync(all)
      .flatMap((build) => readdirSync(join(all, build)).map((name) => join(all, build, name)))
      .filter((path) => basename(path).startsWith('serve.cjs-'));

  await start();
  assert.equal(kept().length, 1);
  const { ino } = statSync(kept()[0] ?? '');
  const { files, builtins } = await start();
  assert.deepEqual(
    kept().map((path) => statSync(path).ino),
    [ino],
  );
  assert.deepEqual(
    files.filter((file) => file.includes('/dist/')).map((file) => basename(file)),
    ['holdfast.js', 'kept-code.js'],
    'what else a start needs belongs into serve.cjs (scripts/bundle/one-file.ts)',
  );
  assert.deepEqual(
    [
      'https',
      'http2',
      'tls',
      'readline',
      'zlib',
      'repl',
      'internal/deps/undici/undici',
      'internal/crypto/webcrypto',
    ].filter((name) => builtins.includes(name)),
    [],
    'parts of Node that a start does not need are loaded where they are used',
  );
});

test('a script of a check that was changed, removed or added since the release was made keeps all of them from running', async () => {
  const scripts = join(installed, 'dist/host-scripts');
  const show = () => run([...launcher, 'host', 'show', 'KRN-07'], { HOME: folder });
  const changed = async (path: string, text: string | null) => {
    const before = existsSync(join(scripts, path)) ? readFileSync(join(scripts, path)) : null;
    const put = (wanted: string | Buffer | null) =>
      wanted === null ? rmSync(join(scripts, path)) : writeFileSync(join(scripts, path), wanted);
    put(text);
    const { exitCode, stderr } = await show();
    put(before);
    assert.notEqual(exitCode, 0, path);
    assert.match(stderr, /not what this release was made with/, path);
    assert.ok(stderr.includes(path), stderr);
  };
  await changed('checks/linux/KRN-11.sh', 'detect() { pass; }\n');
  await changed('checks/linux/miners.tsv', null);
  await changed('checks/linux/KRN-99.sh', 'detect() { pass; }\n');
  await changed('SHA256SUMS', null);
  const { exitCode, stdout, stderr } = await show();
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /^# id: KRN-07/);
});
