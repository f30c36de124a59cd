import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { settingsOf } from '../../base/settings.ts';
import { hostSettings } from '../../host/settings.ts';
import { memoryRecordStore } from '../../storage/index.ts';
import { openFleet } from './fleet.ts';

test('whoever asks for the fleet at the same time gets the same, which counts for all', async () => {
  await using records = memoryRecordStore({ clock: systemClock });
  const unused = {} as never;
  await using fleet = openFleet({
    ...{ records, settings: settingsOf(hostSettings), holder: 'test', clock: systemClock, log: silentLog },
    ...{ workspaceKey: unused, findings: unused, notifications: unused, audit: unused },
  });
  const [one, other] = await Promise.all([fleet.open(), fleet.open()]);
  assert.equal(one, other);
});
