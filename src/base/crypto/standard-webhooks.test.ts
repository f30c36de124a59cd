import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { isSignedBy, signatureHeaders, signingKey } from './standard-webhooks.ts';

const keyOf = (secret: string): Buffer => {
  const key = signingKey(secret);
  assert.ok(key, secret);
  return key;
};
const newSecret = (bytes = 32): string => `whsec_${randomBytes(bytes).toString('base64')}`;

test('the library of Standard Webhooks takes what we sign, and signs the same', () => {
  const bodies = fc.jsonValue().map((value) => JSON.stringify(value));
  const secrets = fc
    .uint8Array({ minLength: 24, maxLength: 64 })
    .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
  fc.assert(
    fc.property(bodies, secrets, fc.uuid(), (body, secret, id) => {
      const atMs = Date.now();
      const headers = signatureHeaders([keyOf(secret)], { id, atMs, body });
      const oracle = new Webhook(secret);
      assert.deepEqual(oracle.verify(body, headers), JSON.parse(body));
      assert.equal(headers['webhook-signature'], oracle.sign(id, new Date(atMs), body));
      assert.throws(() => oracle.verify(`${body} `, headers));
      assert.throws(() => new Webhook(newSecret()).verify(body, headers));
    }),
  );
});

test('while a secret changes, receivers with the old one and with the new one both take it', () => {
  const secrets = [newSecret(), newSecret(24)];
  const body = '{"type":"login_new"}';
  const headers = signatureHeaders(secrets.map(keyOf), { id: 'x', atMs: Date.now(), body });
  for (const secret of secrets) assert.deepEqual(new Webhook(secret).verify(body, headers), { type: 'login_new' });
});

test('the example of the specification comes out as it stands there', () => {
  const headers = signatureHeaders([keyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')], {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    atMs: 1614265330_000,
    body: '{"test": 2432232314}',
  });
  assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('secrets that are short, long or garbled are refused', () => {
  const wrong = [
    '',
    'whsec_',
    'secret',
    newSecret(23),
    newSecret(65),
    `${newSecret()}!`,
    newSecret().slice(6),
    'whsec_####',
  ];
  for (const secret of wrong) assert.equal(signingKey(secret), null, secret);
});

test('what the library signs is taken, and nothing that is old, altered or signed with another key', () => {
  const secret = newSecret();
  const key = keyOf(secret);
  const [id, body, nowMs] = ['msg_1', '{"text":"hello"}', Date.UTC(2026, 5, 1)];
  const signature = new Webhook(secret).sign(id, new Date(nowMs), body);
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(nowMs / 1000), 'webhook-signature': signature };
  const request = { headers, body, nowMs, toleranceMs: 300_000 };
  const signed = isSignedBy(key, request);
  assert.ok(signed);
  assert.deepEqual(isSignedBy(key, { ...request, nowMs: nowMs + 300_000 }), signed);
  const other = { 'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')} v1a,x ${signature}` };
  assert.deepEqual(isSignedBy(key, { ...request, headers: { ...headers, ...other } }), signed);
  for (const [why, changed] of Object.entries({
    old: { nowMs: nowMs + 300_001 },
    early: { nowMs: nowMs - 300_001 },
    altered: { body: `${body} ` },
    'another id': { headers: { ...headers, 'webhook-id': 'msg_2' } },
    'no signature': { headers: { ...headers, 'webhook-signature': undefined } },
    'no time': { headers: { ...headers, 'webhook-timestamp': 'now' } },
    cut: { headers: { ...headers, 'webhook-signature': signature.slice(0, -4) } },
  })) {
    assert.equal(isSignedBy(key, { ...request, ...changed }), null, why);
  }
  assert.equal(isSignedBy(keyOf(newSecret()), request), null);
});
