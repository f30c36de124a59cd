import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '../../base/ids.ts';
import { testWorkspace } from '../test-accounts.ts';
import { knownDeviceOf, newDeviceToken } from './known-device.ts';

const DAY = 24 * 3_600_000;

test('a device is known for the account it logged in to, for as long as the setting says, and nowhere else', async (t) => {
  const workspace = await testWorkspace(t, { settings: { knownDeviceMs: 10 * DAY } });
  const other = await testWorkspace(t);
  const [ada, bob] = [newId(), newId()];
  const token = newDeviceToken(ada, workspace.deps);
  const known = (text: string | undefined, accountId = ada): string | null =>
    knownDeviceOf(text, accountId, workspace.deps);
  assert.match(known(token) ?? '', /^[\w-]{22}$/);
  assert.notEqual(known(newDeviceToken(ada, workspace.deps)), known(token), 'every device has its own');
  assert.equal(known(token, bob), null);
  assert.equal(known(newDeviceToken(ada, other.deps)), null, 'made with another workspace key');
  const [id = '', issued = '', ...mac] = token.slice(4).split('.');
  for (const forged of [
    undefined,
    '',
    'hfd_',
    token.slice(0, -1),
    `${token}x`,
    `hfd_${'A'.repeat(22)}.${issued}.${mac.join('.')}`,
    `hfd_${id}.zzzzzzzzz.${mac.join('.')}`,
    `hfd_${id}.${issued}.2.${mac[1]}`,
  ]) {
    assert.equal(known(forged), null, forged);
  }
  workspace.advance(10 * DAY);
  assert.equal(known(token), null);
});
