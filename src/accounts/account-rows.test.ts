import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { rowIsSealed, sealRow } from './account-rows.ts';
import { workspaceKeyOf } from './keys/workspace-key.ts';

test('that a row was found sealed holds for this very row, in its place, and by this key', () => {
  const key = workspaceKeyOf([randomBytes(32)], '');
  const row = Object.freeze(sealRow(key, 'account', { accountId: 'a' }, { role: 'guest', mac: '' }));
  for (let round = 0; round < 3; round += 1) {
    assert.ok(rowIsSealed(key, 'account', { accountId: 'a' }, row));
    assert.ok(!rowIsSealed(key, 'account', { accountId: 'b' }, row));
    assert.ok(!rowIsSealed(key, 'session', { accountId: 'a' }, row));
    assert.ok(!rowIsSealed(workspaceKeyOf([randomBytes(32)], ''), 'account', { accountId: 'a' }, row));
    assert.ok(!rowIsSealed(key, 'account', { accountId: 'a' }, Object.freeze({ ...row, role: 'admin' })));
  }
});

test('a row that can still be changed is looked at each time', () => {
  const key = workspaceKeyOf([randomBytes(32)], '');
  const row = { ...sealRow(key, 'account', { accountId: 'a' }, { role: 'guest', mac: '' }) };
  assert.ok(rowIsSealed(key, 'account', { accountId: 'a' }, row));
  row.role = 'admin';
  assert.ok(!rowIsSealed(key, 'account', { accountId: 'a' }, row));
});
