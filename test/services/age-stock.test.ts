import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import {
  armor,
  CHUNK_BYTES,
  dearmor,
  decryptBytes,
  encryptBytes,
  encryptStream,
  generateIdentity,
  type KeyIdentity,
  parseIdentityFile,
  passphraseIdentity,
  passphraseRecipient,
  type Recipient,
} from '../../src/age/index.ts';
import { stockAge } from '../support/programs/stock-age.ts';

/** Files go both ways between this code and the `age` programs people have. */

const modern = stockAge('new');
const debian = stockAge('debian');
const folder = await mkdtemp(join(tmpdir(), 'age-stock-'));
after(() => rm(folder, { recursive: true }));

const material = randomBytes(3 * CHUNK_BYTES);
const SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES];

function run(tool: string, args: readonly string[], input?: Uint8Array, env: Record<string, string> = {}): Buffer {
  const stdio = [input ? 'pipe' : 'ignore', 'pipe', 'pipe'] as const;
  const environment = { PATH: `${dirname(tool)}:/usr/bin:/bin`, ...env };
  return execFileSync(tool, args, { input, stdio: [...stdio], maxBuffer: 2 ** 26, env: environment });
}

async function keep(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

async function encrypted(plaintext: Uint8Array, recipients: readonly Recipient[], text = false): Promise<Buffer> {
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < plaintext.length; at += 50_000) yield plaintext.subarray(at, at + 50_000);
  }
  const stream = encryptStream(source(), recipients);
  const pieces: Buffer[] = [];
  for await (const piece of text ? armor(stream) : stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function bothWays(tool: string, identity: KeyIdentity): Promise<void> {
  const identityFile = await keep('identity.txt', `# test\n${identity.toString()}\n`);
  const recipients = await keep('recipients.txt', `${identity.recipient.toString()}\n`);
  for (const size of SIZES) {
    const plaintext = material.subarray(0, size);
    for (const text of [false, true]) {
      const ours = await keep('ours.age', await encrypted(plaintext, [identity.recipient], text));
      assert.ok(run(tool, ['-d', '-i', identityFile, ours]).equals(plaintext), `${size} bytes written here`);
    }
    const theirs = run(tool, ['-R', recipients], plaintext);
    assert.ok(decryptBytes(theirs, [identity]).equals(plaintext), `${size} bytes written there`);
    const armored = run(tool, ['-a', '-r', identity.recipient.toString()], plaintext);
    const pieces: Buffer[] = [];
    for await (const piece of dearmor(Readable.from([armored]))) pieces.push(piece);
    assert.ok(decryptBytes(Buffer.concat(pieces), [identity]).equals(plaintext));
  }
}

for (const suite of ['pq', 'classic'] as const) {
  test(`age ${modern.version}: files of suite ${suite} open on the other side`, { skip: modern.skip }, () =>
    bothWays(modern.path, generateIdentity(suite)),
  );
}

test(`age ${debian.version}: files of suite classic open on the other side`, { skip: debian.skip }, () =>
  bothWays(debian.path, generateIdentity('classic')),
);

test(
  `age ${debian.version} refuses suite pq and says so instead of giving other bytes`,
  { skip: debian.skip },
  async () => {
    const identity = generateIdentity('pq');
    const file = await keep('pq.age', encryptBytes(material, [identity.recipient]));
    const key = await keep('pq.txt', `${identity.toString()}\n`);
    assert.throws(() => run(debian.path, ['-d', '-i', key, file]), /unknown identity type|malformed/);
  },
);

test('age-keygen: its identity files, both suites, are read here', { skip: modern.skip }, () => {
  const keygen = join(dirname(modern.path), 'age-keygen');
  for (const [args, suite] of [
    [['-pq'], 'pq'],
    [[], 'classic'],
  ] as const) {
    const file = run(keygen, args).toString();
    const [identity] = parseIdentityFile(file);
    assert.equal(identity?.suite, suite);
    assert.ok(file.includes(`# public key: ${identity?.recipient.toString()}\n`));
  }
});

test('several recipients, either side', { skip: modern.skip }, async () => {
  for (const suite of ['pq', 'classic'] as const) {
    const team = [generateIdentity(suite), generateIdentity(suite)];
    const flags = team.flatMap((member) => ['-r', member.recipient.toString()]);
    const theirs = run(modern.path, flags, material);
    const ours = await keep(
      'team.age',
      encryptBytes(
        material,
        team.map((member) => member.recipient),
      ),
    );
    for (const member of team) {
      assert.ok(decryptBytes(theirs, [member]).equals(material));
      const key = await keep('member.txt', `${member.toString()}\n`);
      assert.ok(run(modern.path, ['-d', '-i', key, ours]).equals(material));
    }
  }
});

test('passphrases, either side', { skip: modern.skip }, async () => {
  // The plug-in that comes with age 1.3 takes the passphrase from the environment instead of a terminal.
  const env = { AGE_PASSPHRASE: 'correct horse battery staple', AGE_PASSPHRASE_WORK_FACTOR: '10' };
  const recipient = passphraseRecipient(env.AGE_PASSPHRASE, { workFactor: 10 });
  const ours = await keep('passphrase.age', await encrypted(material, [recipient]));
  assert.ok(run(modern.path, ['-d', '-j', 'batchpass', ours], undefined, env).equals(material));
  const theirs = run(modern.path, ['-e', '-j', 'batchpass'], material, env);
  assert.ok(decryptBytes(theirs, [passphraseIdentity(env.AGE_PASSPHRASE)]).equals(material));
  const wrong = { ...env, AGE_PASSPHRASE: 'correct horse battery stable' };
  assert.throws(() => run(modern.path, ['-d', '-j', 'batchpass', ours], undefined, wrong));
});

test('a file damaged here is refused there, as it is here', { skip: modern.skip }, async () => {
  const identity = generateIdentity('pq');
  const key = await keep('damaged.txt', `${identity.toString()}\n`);
  const file = encryptBytes(material, [identity.recipient]);
  for (const at of [30, 1500, 1640, file.length - 1]) {
    const altered = Buffer.from(file);
    altered[at] = (altered[at] ?? 0) ^ 1;
    const path = await keep('damaged.age', altered);
    assert.throws(() => run(modern.path, ['-d', '-i', key, path]));
    assert.throws(() => decryptBytes(altered, [identity]), { name: 'HoldfastError' });
  }
});
