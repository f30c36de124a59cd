/** What a probe that was stopped did not find out is not said of the store. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_LIST, type ScriptedAnswer, scriptedS3 } from '../../../test/support/scripted-s3.ts';
import { probeStoreOffline } from './probe-store.ts';

// The probe runs in this process and reads its environment, where this name is no setting.
delete process.env['HOLDFAST_SERVICES'];

test('a probe that is stopped while the store says nothing ends at once, and reports no failed check', async () => {
  const away = new AbortController();
  const reason = new Error('stopped by whoever waited');
  let isSilent = false;
  await using setup = await scriptedS3(() => {
    if (!isSilent) return EMPTY_LIST;
    away.abort(reason);
    return Promise.withResolvers<ScriptedAnswer>().promise;
  });
  isSilent = true;
  const url = `s3://team?endpoint=${setup.place.endpoint}&region=us-east-1`;
  await assert.rejects(probeStoreOffline({ url, signal: away.signal }), reason);
});
