import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '../../../base/errors.ts';
import { openRestores } from './restores.ts';

const NONE = { tables: [], nft: null, iptables: null, ip6tables: null };

test('rules of before that are refused once are tried again, and not left to nobody', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'restores-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const restores = openRestores(join(folder, 'restore'));
  // No tool takes these, whether it is there or not.
  const before = { ...NONE, nft: 'these are no rules\n' };
  await restores.begin({ wanted: NONE, before, left: [] }, { snapshotId: 'a', beforeId: 'b', withinS: 600 });
  for (let round = 0; round < 2; round += 1) {
    await assert.rejects(restores.goBack(), (error) => hasCode(error, 'host_rules_not_loaded'));
    assert.equal((await restores.state())?.outcome, 'waiting');
  }
  // The guard ends as well.
  await restores.confirm();
  assert.equal(await restores.state(), null);
});
