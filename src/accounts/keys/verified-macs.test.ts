import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { JsonObject } from '../../storage/index.ts';
import { VerifiedMacs } from './verified-macs.ts';
import { workspaceKeyOf } from './workspace-key.ts';

const FIELDS: JsonObject = { role: 'member', ids: { accountId: 'a', list: [1, 'x', null] }, since: 1 };
/** Each differs from {@link FIELDS} in one place. */
const CHANGED: readonly JsonObject[] = [
  { ...FIELDS, role: 'admin' },
  { ...FIELDS, since: '1' },
  { ...FIELDS, more: null },
  { role: 'member', ids: FIELDS['ids'] ?? null },
  { role: 'member', ids: FIELDS['ids'] ?? null, until: 1 },
  { ...FIELDS, ids: { accountId: 'b', list: [1, 'x', null] } },
  { ...FIELDS, ids: { accountId: 'a', list: [1, 'x'] } },
  { ...FIELDS, ids: { accountId: 'a', list: ['x', 1, null] } },
  { ...FIELDS, ids: { accountId: 'a', list: { 0: 1, 1: 'x', 2: null } } },
  { ...FIELDS, ids: null },
];

test('a row that was verified before is refused once anything of it is another, under its own MAC and any other', () => {
  const key = workspaceKeyOf([randomBytes(32)], '');
  const mac = key.mac('member', FIELDS);
  for (let round = 0; round < 3; round += 1) {
    assert.ok(key.verifyMac('member', FIELDS, mac));
    assert.ok(key.verifyMac('member', structuredClone(FIELDS), mac));
    for (const changed of CHANGED) assert.ok(!key.verifyMac('member', changed, mac), JSON.stringify(changed));
    assert.ok(!key.verifyMac('account', FIELDS, mac));
    assert.ok(!key.verifyMac('member', FIELDS, key.mac('member', CHANGED[0] ?? {})));
  }
});

test('who changes the fields after they were verified has changed them', () => {
  const key = workspaceKeyOf([randomBytes(32)], '');
  const fields = { ids: { accountId: 'a' } };
  const mac = key.mac('member', fields);
  assert.ok(key.verifyMac('member', fields, mac));
  fields.ids.accountId = 'b';
  assert.ok(!key.verifyMac('member', fields, mac));
});

test('what one key has verified is nothing to another', () => {
  const [own, other] = [workspaceKeyOf([randomBytes(32)], ''), workspaceKeyOf([randomBytes(32)], '')];
  const mac = own.mac('member', FIELDS);
  assert.ok(own.verifyMac('member', FIELDS, mac));
  assert.ok(!other.verifyMac('member', FIELDS, mac));
});

test('a row is kept from the second time on that it was verified: of most there is no second time', () => {
  const verified = new VerifiedMacs();
  verified.add('member', FIELDS, 'mac', 100);
  assert.ok(!verified.has('member', FIELDS, 'mac'));
  verified.add('member', FIELDS, 'mac', 100);
  assert.ok(verified.has('member', FIELDS, 'mac'));
});

test('it holds a bounded number of rows, none of them large, and forgets what was asked for longest ago', () => {
  const verified = new VerifiedMacs();
  const macs = Array.from({ length: 600 }, (_, n) => `mac ${n}`);
  for (const mac of macs) {
    for (let round = 0; round < 2; round += 1) verified.add('member', FIELDS, mac, 100);
    verified.has('member', FIELDS, 'mac 0');
  }
  const there = macs.filter((mac) => verified.has('member', FIELDS, mac));
  assert.deepEqual([there.length, there[0], there[1]], [512, 'mac 0', 'mac 89']);
  for (let round = 0; round < 2; round += 1) verified.add('member', FIELDS, 'large', 8 * 1024 + 1);
  assert.ok(!verified.has('member', FIELDS, 'large'));
});
