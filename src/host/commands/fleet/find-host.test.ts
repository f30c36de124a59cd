import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiClient } from '../../../base/commands/command.ts';
import { hasCode } from '../../../base/errors.ts';
import { hostCalled } from './find-host.ts';

const [WEB, ODD] = ['3f9c01ab'.repeat(4), '77'.repeat(16)];
const hosts = [
  { hostId: ODD, hostname: WEB, label: 'web-1' },
  { hostId: WEB, hostname: 'web-1', label: 'Shop' },
];
const api = { get: () => Promise.resolve({ hosts }) } as unknown as ApiClient;
const called = async (word: string) => (await hostCalled(api, word)).hostId;

test('a host is found by its id whatever others call themselves, and by a name that it has alone', async () => {
  assert.deepEqual([await called(WEB), await called('shop'), await called('3f9c')], [WEB, WEB, WEB]);
  await assert.rejects(called('web-1'), (error) => hasCode(error, 'usage_invalid'));
  await assert.rejects(called('none'), (error) => hasCode(error, 'host_not_found'));
});
