/**
 * A thief takes the database and both stores, while people are logged in, but not the workspace key: neither a file
 * nor a name opens. What he could try with the bytes he has is tried here.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { decryptBytes, identityFromSeed, type KeyIdentity, parseIdentityFile } from '../../src/age/index.ts';
import { type SignedUp, startServer, type StartedServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

const AGE_MAGIC = 'age-encryption.org/v1\n';
const SECRET_CONTENT = Buffer.from(`the merger is signed on Thursday ${randomBytes(16).toString('hex')}`.repeat(5000));
const SECRET_NAMES = [
  'Übernahme-Vertrag 2027.txt',
  'Personalakten',
  '报告.pdf',
  'draft of the merger.txt',
  'Kündigungsliste Q4.ods',
];

interface Stolen {
  /** Every byte of it, by file. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Every text in every row, however deep. */
  readonly texts: readonly string[];
}

let folder: string;
let stolen: Stolen;
let people: { signedUp: SignedUp; keyring: KeyIdentity[]; sha256: string }[];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-stolen-'));
  people = [];
  await using server = await startServer();
  for (const email of ['ada@example.org', 'grace@example.org']) {
    const signedUp = await server.signUp({ email });
    const drive = await personalDrive(server, signedUp.token);
    const [file, folderName, inner, draft, attached] = SECRET_NAMES as [string, string, string, string, string];
    const { sha256 } = await drive.put('root', file, SECRET_CONTENT);
    const inside = await drive.makeFolder('root', folderName);
    await drive.put(inside, inner, SECRET_CONTENT);
    await drive.put('root', draft, Buffer.from('first'));
    await drive.put('root', draft, SECRET_CONTENT);
    await attach(server, signedUp.token, attached);
    people.push({ signedUp, keyring: parseIdentityFile(await drive.exportKeys(signedUp.password)), sha256 });
  }
  await server.workspace.files.copyDue();
  // Taken from the running server, write-ahead log and all.
  for (const part of ['objects', 'backup', 'records.sqlite', 'records.sqlite-wal']) {
    await take(join(server.data, part), join(folder, part));
  }
  stolen = await readAll(folder);
});
after(() => rm(folder, { recursive: true, force: true }));

/** Again where a file went while it was copied: the server goes on meanwhile, and its temporary files come and go. */
async function take(from: string, to: string): Promise<void> {
  for (;;) {
    try {
      return await cp(from, to, { recursive: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || !existsSync(from)) throw error;
    }
  }
}

/** Sends a file to a room and, in a second message, to the same room again. */
async function attach(server: StartedServer, token: string, name: string): Promise<void> {
  const rooms = await server.call('GET', '/api/v1/chat/rooms', { token });
  const [room] = ((await rooms.json()) as { rooms: { roomId: string }[] }).rooms;
  const path = `/api/v1/chat/rooms/${room?.roomId}`;
  const headers = {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
  };
  const body = Buffer.from(`people who have to go, ${randomBytes(16).toString('hex')}`);
  const uploaded = await server.call('POST', `${path}/attachments`, { token, headers, body });
  assert.equal(uploaded.status, 201);
  const { driveId, entryId } = (await uploaded.json()) as { driveId: string; entryId: string };
  for (const text of ['', name]) {
    const json = { text, attachments: [{ driveId, entryId }] };
    assert.equal((await server.call('POST', `${path}/messages`, { token, json })).status, 201);
  }
}

async function readAll(root: string): Promise<Stolen> {
  const files = new Map<string, Buffer>();
  for (const path of globSync('**/*', { cwd: root })) {
    if ((await stat(join(root, path))).isFile()) files.set(path, await readFile(join(root, path)));
  }
  const database = new DatabaseSync(join(root, 'records.sqlite'));
  const rows = database.prepare('SELECT pk, sk, value FROM whole_records').all();
  database.close();
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(collect);
  };
  for (const row of rows) collect([row['pk'], row['sk'], JSON.parse(String(row['value']))]);
  return { files, texts };
}

/** Age files in the stores and in the rows. */
function ageFiles(): Map<string, Buffer> {
  const found = new Map([...stolen.files].filter(([, bytes]) => bytes.subarray(0, 22).toString() === AGE_MAGIC));
  for (const text of stolen.texts) {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.subarray(0, 22).toString() === AGE_MAGIC) found.set(text.slice(0, 80), bytes);
  }
  return found;
}

/** A secret as it could stand somewhere: as it is, in hex, and in base64 at each of the three alignments. */
function disguises(secret: Buffer): string[] {
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), secret]).toString('base64');
    // The first and the last characters depend on the neighbours.
    return text.slice(Math.ceil((shift * 4) / 3) + 1, -4);
  });
  const urlSafe = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [secret.toString('latin1'), secret.toString('hex'), ...base64, ...urlSafe].filter((text) => text.length >= 6);
}

function assertNowhere(what: string, secret: Buffer): void {
  for (const form of new Set(disguises(secret))) {
    for (const [path, bytes] of stolen.files) {
      assert.ok(!bytes.includes(Buffer.from(form, 'latin1')), `${what} stands in ${path}`);
    }
  }
}

test('the loot is complete: the owner of a recovery key walks from it to every file', () => {
  const found = ageFiles();
  assert.ok(found.size >= 2 * (4 + 4), `${found.size} age files`);
  for (const { signedUp } of people) {
    const opened = walk(parseIdentityFile(signedUp.recoveryKey));
    assert.equal(
      opened.filter((bytes) => bytes.equals(SECRET_CONTENT)).length,
      2 * 3,
      'three versions, two copies each',
    );
  }
});

/** Opens what opens, takes identities out of what was opened, and starts again until nothing new opens. */
function walk(identities: KeyIdentity[]): Buffer[] {
  const shut = ageFiles();
  const opened: Buffer[] = [];
  for (let progress = true; progress;) {
    progress = false;
    for (const [name, bytes] of shut) {
      const plain = tryOpen(bytes, identities);
      if (!plain) continue;
      shut.delete(name);
      opened.push(plain);
      if (plain.includes('AGE-SECRET-KEY-')) identities.push(...parseIdentityFile(plain.toString()));
      progress = true;
    }
  }
  return opened;
}

function tryOpen(bytes: Buffer, identities: readonly KeyIdentity[]): Buffer | null {
  try {
    return decryptBytes(bytes, identities);
  } catch {
    return null;
  }
}

test('no name, no content, no password, no token and no key stands anywhere in it, in no encoding', () => {
  for (const name of SECRET_NAMES) {
    assertNowhere('a name', Buffer.from(name));
    assertNowhere('a name', Buffer.from(name.normalize('NFD')));
  }
  assertNowhere('content', SECRET_CONTENT.subarray(0, 48));
  for (const { signedUp, keyring, sha256 } of people) {
    assertNowhere('the SHA-256 of a content', Buffer.from(sha256, 'hex'));
    assertNowhere('a password', Buffer.from(signedUp.password));
    assertNowhere('a session token', Buffer.from(signedUp.token));
    const [idPart = '', secretPart = ''] = signedUp.token.replace('hfs_', '').split('.');
    assertNowhere('the secret of a session', Buffer.from(secretPart, 'base64url'));
    assertNowhere('the id of a session', Buffer.from(idPart, 'base64url'));
    for (const key of [...keyring, ...parseIdentityFile(signedUp.recoveryKey)]) {
      assertNowhere('a key', key.seed);
      assertNowhere('a key', Buffer.from(key.toString()));
    }
  }
  assert.ok(![...stolen.files.values()].some((bytes) => bytes.includes('AGE-SECRET-KEY-')));
});

test('nothing in it, taken as a key, opens any of its age files', () => {
  const seeds = new Map<string, Buffer>();
  for (const text of stolen.texts) {
    for (const part of [text, ...text.split(/[#.:\s]/)]) {
      for (const encoding of ['base64url', 'hex'] as const) {
        const bytes = Buffer.from(part, encoding);
        if (bytes.length < 32 || bytes.length > 200) continue;
        for (const seed of [bytes.subarray(0, 32), bytes.subarray(-32)]) seeds.set(seed.toString('hex'), seed);
      }
    }
  }
  assert.ok(seeds.size > 20, `${seeds.size} candidates`);
  const identities = [...seeds.values()].map((seed) => identityFromSeed('pq', seed));
  for (const [name, bytes] of ageFiles()) assert.equal(tryOpen(bytes, identities), null, name);
});

test('the files of one account do not open with the keys of another', () => {
  const [ada, grace] = people;
  assert.ok(ada && grace);
  const opened = walk([...ada.keyring, ...parseIdentityFile(ada.signedUp.recoveryKey)]);
  const hers = walk([...grace.keyring, ...parseIdentityFile(grace.signedUp.recoveryKey)]);
  assert.ok(opened.length > 0 && hers.length > 0);
  const adasKeys = new Set(ada.keyring.map(String));
  for (const plain of hers) {
    if (plain.includes('AGE-SECRET-KEY-')) {
      assert.ok(!parseIdentityFile(plain.toString()).some((identity) => adasKeys.has(identity.toString())));
    }
  }
  for (const [name, bytes] of ageFiles()) {
    assert.ok(!(tryOpen(bytes, ada.keyring) && tryOpen(bytes, grace.keyring)), `${name} opens for both`);
  }
});

test('a server set up over the loot refuses to start, with no workspace key and with another one', async () => {
  await assert.rejects(startServer({ data: folder }), { code: 'workspace_key_missing' });
  await using other = await startServer();
  await cp(join(other.data, 'secrets'), join(folder, 'secrets'), { recursive: true });
  await assert.rejects(startServer({ data: folder }), { code: 'workspace_key_mismatch' });
});
