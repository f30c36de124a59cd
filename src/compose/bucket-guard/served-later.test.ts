import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { settingsOf } from '../../base/settings.ts';
import { bucketsSettings } from '../../buckets/settings.ts';
import { findingsSettings, openFindings } from '../../findings/index.ts';
import { memoryRecordStore } from '../../storage/index.ts';
import { serveBucketsLater } from './served-later.ts';

test('a load that failed is tried again by the next request, and nothing of it is in the way of the end', async () => {
  const clock = Date.now;
  const records = memoryRecordStore({ clock });
  const audit = { operations: () => [], note: async () => {} };
  let loads = 0;
  const folder = { kind: 'folder', folder: '/nowhere' } as const;
  const later = serveBucketsLater({
    ...{ records, audit, clock, log: silentLog, settings: settingsOf(bucketsSettings) },
    findings: openFindings({ records, clock, audit, settings: settingsOf(findingsSettings) }),
    config: {
      ...{ objects: folder, backup: folder, dataFolder: '/nowhere' },
      get bucketPlaces() {
        loads += 1;
        if (loads === 1) throw new Error('the file is not there yet');
        return { places: [], awsEndpoint: null };
      },
    },
  });
  await assert.rejects(later.open(), /not there yet/);
  const served = await later.open();
  assert.equal(await later.open(), served);
  assert.equal(loads, 2);
  await later[Symbol.asyncDispose]();
});
