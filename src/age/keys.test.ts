import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { hasCode } from '../base/errors.ts';
import { decodeBech32, encodeBech32 } from './bech32.ts';
import {
  generateIdentity,
  identityFromSeed,
  parseIdentity,
  parseIdentityFile,
  parseRecipient,
  parseRecipientFile,
} from './keys.ts';

const suites = ['pq', 'classic'] as const;

test('keys survive the way through their text', () => {
  for (const suite of suites) {
    const identity = generateIdentity(suite);
    const again = parseIdentity(identity.toString());
    assert.equal(again.suite, suite);
    assert.deepEqual(again.seed, identity.seed);
    assert.equal(again.recipient.toString(), identity.recipient.toString());
    const recipient = parseRecipient(identity.recipient.toString());
    assert.equal(recipient.suite, suite);
    const fileKey = randomBytes(16);
    assert.deepEqual(again.unwrapFileKey(recipient.wrapFileKey(fileKey)), fileKey);
  }
});

test('one seed gives one identity for ever', () => {
  // From `age-keygen -y` of age 1.3.1.
  const seed = Buffer.alloc(32, 7);
  assert.equal(identityFromSeed('classic', seed).toString(), encodeBech32('age-secret-key-', seed).toUpperCase());
  assert.equal(
    identityFromSeed('classic', seed).recipient.toString(),
    'age1zwlyl6h27gzv0lfntr7fcqrjrzqazap8sy5zylkxwneh7llf0dksu37mwt',
  );
  assert.equal(
    hash('sha256', identityFromSeed('pq', seed).recipient.toString()),
    '2e838b94311a1fda9568b8e44e8a8eb6a86290107141a27447ff16235f957f3e',
  );
  assert.throws(() => identityFromSeed('pq', Buffer.alloc(31)), RangeError);
});

test('changing the seed one was given changes no identity', () => {
  for (const suite of suites) {
    const seed = randomBytes(32);
    const identity = identityFromSeed(suite, seed);
    const text = identity.toString();
    seed.fill(0);
    identity.seed.fill(0);
    assert.equal(identity.toString(), text);
  }
});

test('a secret key shows neither in logs nor in JSON', () => {
  for (const suite of suites) {
    const identity = generateIdentity(suite);
    const secrets = [identity.toString(), identity.seed.toString('hex'), [...identity.seed.subarray(0, 8)].join(',')];
    for (const shown of [inspect(identity, { depth: 9, showHidden: true }), JSON.stringify({ identity })]) {
      for (const secret of secrets) assert.ok(!shown.includes(secret));
    }
  }
});

test('mistyped keys are refused, and no error repeats a secret', () => {
  const identity = generateIdentity('classic');
  const secret = identity.toString();
  const hybrid = generateIdentity('pq');
  const bad = [
    '',
    'AGE-SECRET-KEY-1',
    secret.toLowerCase(),
    secret.slice(0, -1),
    `${secret} `,
    secret.replace(/.$/, (last) => (last === 'Q' ? 'P' : 'Q')),
    secret.replace('AGE-SECRET-KEY-', 'AGE-SECRET-KEY-PQ-'),
    identity.recipient.toString(),
    'AGE-PLUGIN-YUBIKEY-1QQPQ',
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    encodeBech32('age-secret-key-', randomBytes(31)).toUpperCase(),
    encodeBech32('age-secret-key-', randomBytes(33)).toUpperCase(),
    `AGE-SECRET-KEY-1${'Q'.repeat(1_000_000)}`,
  ];
  for (const text of bad) {
    assert.throws(
      () => parseIdentity(text),
      (error) => {
        assert.ok(hasCode(error, 'age_key_invalid'));
        assert.ok(text === '' || !`${error.message}${String(error.detail)}`.includes(text.slice(0, 40)));
        return true;
      },
    );
  }
  const recipient = hybrid.recipient.toString();
  const badRecipients = [
    '',
    'age1',
    recipient.toUpperCase(),
    `${recipient}q`,
    recipient.slice(0, -1),
    encodeBech32('age1pq', randomBytes(1215)),
    // ML-KEM coefficients that are not reduced.
    encodeBech32('age1pq', Buffer.alloc(1216, 0xff)),
    encodeBech32('age', randomBytes(31)),
    encodeBech32('age1yubikey', randomBytes(33)),
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB',
  ];
  for (const text of badRecipients) assert.throws(() => parseRecipient(text), { code: 'age_key_invalid' });
  assert.throws(
    () => parseRecipient(secret),
    (error) => hasCode(error, 'age_key_invalid') && !error.message.includes(secret.slice(20, 40)),
  );
});

test('a recipient of low order is refused when it is used', () => {
  const lowOrder = parseRecipient(encodeBech32('age', Buffer.alloc(32)));
  assert.throws(() => lowOrder.wrapFileKey(randomBytes(16)), { code: 'age_key_invalid' });
});

test('identity files: one key a line, comments and empty lines skipped, any line ends', () => {
  const first = generateIdentity('pq');
  const second = generateIdentity('classic');
  const text = `# created: 2026\r\n${first.toString()}\r\n\n  # generation 2\n${second.toString()}`;
  assert.deepEqual(
    parseIdentityFile(text).map((identity) => identity.toString()),
    [first.toString(), second.toString()],
  );
  assert.throws(() => parseIdentityFile('# nothing\n'), {
    code: 'age_key_file_invalid',
    detail: 'it holds no identity',
  });
  assert.throws(
    () => parseIdentityFile(`${text}\nAGE-SECRET-KEY-1TYPO`),
    (error) => hasCode(error, 'age_key_file_invalid') && /line 6/.test(error.message) && !/TYPO/.test(error.message),
  );
  const recipients = `# team\n${first.recipient.toString()}\n`;
  assert.equal(parseRecipientFile(recipients)[0]?.toString(), first.recipient.toString());
});

test('bech32: bytes survive the way through text of any length, and one changed letter is noticed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1300 }), fc.nat(), (bytes, position) => {
      const text = encodeBech32('age', bytes);
      assert.deepEqual(decodeBech32(text), { prefix: 'age', bytes: Buffer.from(bytes) });
      assert.deepEqual(decodeBech32(text.toUpperCase()), { prefix: 'age', bytes: Buffer.from(bytes) });
      const at = 4 + (position % (text.length - 4));
      const other = text[at] === 'q' ? 'p' : 'q';
      assert.equal(decodeBech32(text.slice(0, at) + other + text.slice(at + 1)), null);
      assert.equal(
        decodeBech32(text.slice(0, at) + (text[at] ?? '').toUpperCase() + text.slice(at + 1)) !== null,
        /\d/.test(text[at] ?? ''),
      );
    }),
  );
  for (const text of ['', '1', 'age', 'age1', '1qqqqqqq', 'age1bbbbbbb', 'äge1qqqqqq', 'age1qqqqqqqé']) {
    assert.equal(decodeBech32(text), null);
  }
});
