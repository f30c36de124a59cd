import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProtocolRecord } from '../api.ts';
import { fieldsOf, headOf } from './log-words.ts';

const base = {
  ts: 1,
  uid: 'C1',
  'id.orig_h': '192.0.2.1',
  'id.orig_p': 1,
  'id.resp_h': '192.0.2.2',
  'id.resp_p': 2,
  proto: 'tcp',
} as const;

test('what was said stands under words, in an order that people ask in; unknown fields are shown too', () => {
  const record = {
    ...base,
    ...{ log: 'mysql', cmd: 'login', user: 'root', success: false, error_code: 1045, tls: false, newer: ['a', 1] },
  } as ProtocolRecord;
  assert.deepEqual(
    fieldsOf(record).map(({ label, value }) => `${label}: ${value}`),
    ['User: root', 'Logged in: no', 'Refusal, its number: 1045', 'Went on encrypted: no', 'cmd: login', 'newer: a, 1'],
  );
  assert.equal(headOf(record), 'root');
});

test('a secret that crossed readable, and a certificate signed by itself, are marked', () => {
  const ftp: ProtocolRecord = { ...base, log: 'ftp', user: 'anna', success: true, cleartext: true, tls: false };
  const alarming = (record: ProtocolRecord) =>
    fieldsOf(record)
      .filter(({ isAlarming }) => isAlarming)
      .map(({ name }) => name);
  assert.deepEqual(alarming(ftp), ['cleartext']);
  assert.deepEqual(alarming({ ...ftp, cleartext: false }), []);
  assert.deepEqual(alarming({ ...base, log: 'ssl', established: true, self_signed: true }), ['self_signed']);
});

test('a field that has the name of something every object has is only a field', () => {
  const record = { ...base, log: 'ftp', tls: false, constructor: 'x', toString: 'y' } as unknown as ProtocolRecord;
  assert.deepEqual(
    fieldsOf(record)
      .map(({ label }) => label)
      .slice(1),
    ['constructor', 'toString'],
  );
});
