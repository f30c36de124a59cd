import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openSelfMade, selfMadeFile } from './self-made.ts';

const NOW = Date.UTC(2026, 10, 29);
const DAY = 86_400_000;

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-self-made-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'tls');
}

test('the fingerprint stays the same over starts, until a name is added or the time is nearly over', async (t) => {
  const folder = await newFolder(t);
  const names = ['localhost', '127.0.0.1'];
  const open = async (added: string[] = [], nowMs = NOW) =>
    (await openSelfMade({ folder, names: [...names, ...added], clock: () => nowMs })).facts;
  const first = await open();
  assert.equal((await open([], NOW + 700 * DAY)).fingerprint, first.fingerprint);
  const added = await open(['files.example.org']);
  assert.notEqual(added.fingerprint, first.fingerprint);
  assert.equal((await open()).fingerprint, added.fingerprint, 'a name less needs no new one');
  assert.notEqual((await open([], NOW + 800 * DAY)).fingerprint, added.fingerprint);
});

test('the key is private, and the certificate alone lies beside it for others', async (t) => {
  const folder = await newFolder(t);
  const source = await openSelfMade({ folder, names: ['localhost'], clock: () => NOW });
  assert.equal((await stat(join(folder, 'self-made.pem'))).mode & 0o777, 0o600);
  const published = await readFile(selfMadeFile(folder), 'utf8');
  assert.equal(published, source.current.cert.toString());
  assert.doesNotMatch(published, /PRIVATE/);
});

test('a kept file that is damaged is replaced', async (t) => {
  const folder = await newFolder(t);
  const first = await openSelfMade({ folder, names: ['localhost'], clock: () => NOW });
  await writeFile(join(folder, 'self-made.pem'), 'nonsense');
  const next = await openSelfMade({ folder, names: ['localhost'], clock: () => NOW });
  assert.notEqual(next.facts.fingerprint, first.facts.fingerprint);
});
