import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { after, test } from 'node:test';
import { hasCode } from '../base/errors.ts';
import { decryptFile, encryptFile, type FileIo } from './commands.ts';
import { decryptBytes, encryptBytes } from './file.ts';
import { generateIdentity } from './keys.ts';
import { passphraseIdentity, passphraseRecipient } from './scrypt.ts';

const folder = await mkdtemp(join(tmpdir(), 'holdfast-age-'));
after(() => rm(folder, { recursive: true }));
let created = 0;
const fresh = () => join(folder, `file-${created++}`);

const identity = generateIdentity('pq');
const plaintext = randomBytes(300_000);

async function save(content: string | Uint8Array): Promise<string> {
  const path = fresh();
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

const identityFile = await save(`# mine\n${identity.toString()}\n`);
const plainFile = await save(plaintext);

/** Standard streams in memory; passphrases answered in order, and every question written down. */
function terminal(options: { stdin?: Uint8Array; passphrases?: string[]; isTerminal?: boolean } = {}) {
  const written: Buffer[] = [];
  const questions: string[] = [];
  const answers = [...(options.passphrases ?? [])];
  const io: FileIo = {
    stdin: (async function* () {
      if (options.stdin) yield options.stdin;
    })(),
    stdout: new Writable({
      write(piece: Buffer, _encoding, done) {
        written.push(piece);
        done();
      },
    }),
    stdoutIsTerminal: options.isTerminal ?? false,
    readPassphrase: async (question) => {
      questions.push(question);
      return answers.shift() ?? assert.fail(`unexpected question: ${question}`);
    },
    workFactor: 6,
  };
  return { io, questions, output: () => Buffer.concat(written) };
}

/** Only what the test put there: nothing partial may stay. */
async function noPartialFiles(): Promise<void> {
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.includes('partial')),
    [],
  );
}

test('encrypt to a recipient and decrypt with an identity file, through files', async () => {
  const encrypted = fresh();
  const decrypted = fresh();
  const { io } = terminal();
  const recipients = [identity.recipient.toString()];
  const result = await encryptFile({ recipients, input: plainFile, output: encrypted }, io);
  assert.deepEqual(result, { bytes: (await stat(encrypted)).size, output: encrypted });
  assert.deepEqual(decryptBytes(await readFile(encrypted), [identity]), plaintext);
  await decryptFile({ identityFiles: [identityFile], input: encrypted, output: decrypted }, io);
  assert.deepEqual(await readFile(decrypted), plaintext);
  assert.equal((await stat(decrypted)).mode & 0o077, 0, 'nobody else may read it');
  await noPartialFiles();
});

test('standard input and output, binary and armored', async () => {
  for (const armor of [false, true]) {
    const first = terminal({ stdin: plaintext, isTerminal: armor });
    const encrypted = await encryptFile({ recipients: [identity.recipient.toString()], armor }, first.io);
    assert.deepEqual(encrypted, { bytes: first.output().length, output: null });
    assert.equal(first.output().toString('latin1').startsWith('-----BEGIN'), armor);
    const second = terminal({ stdin: first.output() });
    await decryptFile({ identityFiles: [identityFile], input: '-', output: '-' }, second.io);
    assert.deepEqual(second.output(), plaintext);
    assert.equal(second.io.stdout.writableEnded, false, 'standard output stays open for its owner');
  }
});

test('recipients come from -r, -R and -i together', async () => {
  const others = [generateIdentity('pq'), generateIdentity('pq')];
  const recipientFile = await save(`# team\n${others[1]?.recipient.toString()}\n`);
  const run = terminal({ stdin: plaintext });
  const recipients = [others[0]?.recipient.toString() ?? ''];
  await encryptFile({ recipients, recipientFiles: [recipientFile], identityFiles: [identityFile] }, run.io);
  for (const member of [...others, identity]) assert.deepEqual(decryptBytes(run.output(), [member]), plaintext);
});

test('with -p the person is asked, to encrypt and to decrypt', async () => {
  const first = terminal({ stdin: plaintext, passphrases: ['open sesame'] });
  await encryptFile({ passphrase: true }, first.io);
  assert.deepEqual(decryptBytes(first.output(), [passphraseIdentity('open sesame')]), plaintext);
  for (const passphrase of [true, false]) {
    const second = terminal({ stdin: first.output(), passphrases: ['open sesame'] });
    await decryptFile({ passphrase }, second.io);
    assert.deepEqual(second.output(), plaintext);
    assert.deepEqual(second.questions, ['Passphrase of the file']);
  }
  const wrong = terminal({ stdin: first.output(), passphrases: ['open barley'] });
  await assert.rejects(decryptFile({}, wrong.io), { code: 'age_no_identity_match', detail: 'the passphrase is wrong' });
  assert.equal(wrong.output().length, 0);
});

test('an identity file may itself be behind a passphrase, and is asked for only when it is needed', async () => {
  const locked = encryptBytes(Buffer.from(identity.toString()), [passphraseRecipient('kit', { workFactor: 4 })]);
  const armored = terminal({ stdin: Buffer.from(identity.toString()), passphrases: ['kit'] });
  await encryptFile({ passphrase: true, armor: true }, armored.io);
  const encrypted = encryptBytes(plaintext, [identity.recipient]);
  for (const file of [await save(locked), await save(armored.output())]) {
    const run = terminal({ stdin: encrypted, passphrases: ['kit'] });
    await decryptFile({ identityFiles: [file] }, run.io);
    assert.deepEqual(run.output(), plaintext);
    assert.deepEqual(run.questions, [`Passphrase of ${file}`]);

    const unasked = terminal({ stdin: encrypted });
    await decryptFile({ identityFiles: [file, identityFile] }, unasked.io);
    assert.deepEqual(unasked.output(), plaintext);

    const wrong = terminal({ stdin: encrypted, passphrases: ['kid'] });
    await assert.rejects(decryptFile({ identityFiles: [file] }, wrong.io), { code: 'age_no_identity_match' });

    const toSelf = terminal({ stdin: plaintext, passphrases: ['kit'] });
    await encryptFile({ identityFiles: [file] }, toSelf.io);
    assert.deepEqual(decryptBytes(toSelf.output(), [identity]), plaintext);
  }
});

test('a failure leaves the output file as it was: absent, or its old self', async () => {
  const damaged = encryptBytes(plaintext, [identity.recipient]);
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
  const input = await save(damaged);
  const flags = { identityFiles: [identityFile], input };
  const absent = fresh();
  const { io } = terminal();
  await assert.rejects(decryptFile({ ...flags, output: absent }, io), { code: 'age_payload_corrupt' });
  await assert.rejects(stat(absent), { code: 'ENOENT' });
  const old = await save('precious');
  await assert.rejects(decryptFile({ ...flags, output: old }, io), { code: 'age_payload_corrupt' });
  assert.equal(await readFile(old, 'utf8'), 'precious');
  await noPartialFiles();
});

test('standard output gets verified bytes only, and then an error', async () => {
  const damaged = encryptBytes(plaintext, [identity.recipient]);
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
  const run = terminal({ stdin: damaged });
  await assert.rejects(decryptFile({ identityFiles: [identityFile] }, run.io), { code: 'age_payload_corrupt' });
  assert.ok(run.output().equals(plaintext.subarray(0, run.output().length)));
});

test('aborting leaves nothing half-written', async () => {
  const output = fresh();
  const abort = new AbortController();
  const { io } = terminal();
  const stdin = (async function* () {
    yield plaintext;
    abort.abort();
    yield plaintext;
  })();
  const recipients = [identity.recipient.toString()];
  await assert.rejects(encryptFile({ recipients, output }, { ...io, stdin, signal: abort.signal }), {
    name: 'AbortError',
  });
  await assert.rejects(stat(output), { code: 'ENOENT' });
  await noPartialFiles();
});

test('an existing file is replaced, through a link too, and the link stays', async () => {
  const target = await save('old');
  const link = fresh();
  await symlink(target, link);
  const { io } = terminal();
  await encryptFile({ recipients: [identity.recipient.toString()], input: plainFile, output: link }, io);
  assert.deepEqual(decryptBytes(await readFile(target), [identity]), plaintext);
});

test('a device is written to, not replaced', async () => {
  const { io } = terminal();
  const recipients = [identity.recipient.toString()];
  await encryptFile({ recipients, input: plainFile, output: '/dev/null' }, io);
  assert.ok((await stat('/dev/null')).isCharacterDevice());
});

test('bad requests are refused, each with its code, before any effect', async () => {
  const recipients = [identity.recipient.toString()];
  const classic = generateIdentity('classic').recipient.toString();
  const large = await save(Buffer.alloc(2 * 1024 * 1024, '#'));
  const output = fresh();
  const cases: [string, () => Promise<unknown>][] = [
    ['age_recipients_missing', () => encryptFile({ output }, terminal().io)],
    ['age_flags_conflict', () => encryptFile({ passphrase: true, recipients, output }, terminal().io)],
    ['age_flags_conflict', () => encryptFile({ recipientFiles: ['-'], output }, terminal().io)],
    ['age_flags_conflict', () => decryptFile({ identityFiles: ['-'], output }, terminal().io)],
    ['age_output_is_terminal', () => encryptFile({ recipients }, terminal({ isTerminal: true }).io)],
    ['age_output_is_input', () => encryptFile({ recipients, input: plainFile, output: plainFile }, terminal().io)],
    ['age_input_unreadable', () => encryptFile({ recipients, input: fresh(), output }, terminal().io)],
    ['age_input_unreadable', () => encryptFile({ passphrase: true, input: folder, output }, terminal().io)],
    ['age_input_unreadable', () => encryptFile({ recipientFiles: [fresh()], output }, terminal().io)],
    ['age_input_unreadable', () => decryptFile({ identityFiles: [folder], output }, terminal().io)],
    ['age_key_file_invalid', () => encryptFile({ recipientFiles: [identityFile], output }, terminal().io)],
    ['age_key_file_invalid', () => decryptFile({ identityFiles: [large], output }, terminal().io)],
    ['age_key_file_invalid', () => decryptFile({ identityFiles: [plainFile], output }, terminal().io)],
    ['age_key_invalid', () => encryptFile({ recipients: ['age1nobody'], output }, terminal().io)],
    ['age_recipients_mixed', () => encryptFile({ recipients: [...recipients, classic], output }, terminal().io)],
    ['age_passphrase_empty', () => encryptFile({ passphrase: true, output }, terminal({ passphrases: [''] }).io)],
    [
      'age_header_invalid',
      () => decryptFile({ identityFiles: [identityFile], input: plainFile, output }, terminal().io),
    ],
    ['age_output_unwritable', () => encryptFile({ recipients, input: plainFile, output: folder }, terminal().io)],
    ['age_output_unwritable', () => encryptFile({ recipients, output: join(folder, 'no', 'such') }, terminal().io)],
  ];
  for (const [code, attempt] of cases) {
    await assert.rejects(attempt, (error) => {
      assert.ok(hasCode(error, code), `${code} expected, got ${String(error)}`);
      assert.ok(!error.message.includes('AGE-SECRET-KEY'));
      return true;
    });
  }
  await assert.rejects(stat(output), { code: 'ENOENT' });
  await noPartialFiles();
});
