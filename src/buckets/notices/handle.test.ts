import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { settingsOf } from '../../base/settings.ts';
import { memoryRecordStore } from '../../storage/index.ts';
import type { BucketReader } from '../facts/bucket-reader.ts';
import { known, unread } from '../facts/fact.ts';
import { bucketsSettings } from '../settings.ts';
import { handleNotices, type AccountNotices } from './handle.ts';
import { keys, type NoticeLetter, type TurnedRow, type WantedRow } from './rows.ts';
import { readOwners } from './sending/owner.ts';
import { objectBody, PLACE } from './test-notices.ts';

test('a bucket whose owner cannot be asked for holds up its own events alone, and no alarm of it', async () => {
  const nowMs = Date.now();
  const clock = (): number => nowMs;
  await using records = memoryRecordStore({ clock });
  let isSlow = true;
  const read = async ({ name }: { name: string }) => ({
    fact: name === 'slow' && isSlow ? unread('throttled') : known({ owner: 'ada@example.org' }),
  });
  const reader = { read, async [Symbol.asyncDispose]() {} } as unknown as BucketReader;
  const letters: NoticeLetter[] = [];
  const notices: AccountNotices = {
    config: { ...PLACE, stack: 'guard', owners: readOwners('', 'sec@example.org'), newBucketsQueue: null },
    settings: settingsOf(bucketsSettings, { objectNoticesBurst: 1 }),
    ...{ records, clock, log: silentLog },
    async deliver(letter) {
      letters.push(letter);
      return 'told';
    },
    openReader: async () => reader,
    openNotifier: () => assert.fail('nothing is switched'),
  };
  const value: WantedRow = { prefixes: [''], addedEventBridge: false };
  await records.transact(['slow', 'plans'].map((bucket) => ({ op: 'put', ...keys.wanted(bucket), value })));
  const Records = ['slow', 'plans', 'slow'].map((bucket, index) => ({
    ...{ messageId: `${index}`, eventSourceARN: 'objects' },
    body: objectBody({ type: 'Object Deleted', bucket }),
  }));
  const { batchItemFailures } = await handleNotices({ Records }, notices);
  assert.deepEqual(batchItemFailures, [{ itemIdentifier: '0' }, { itemIdentifier: '2' }]);
  isSlow = false;
  const again = await handleNotices({ Records: Records.filter((_, index) => index !== 1) }, notices);
  assert.deepEqual(again.batchItemFailures, []);
  isSlow = true;
  assert.equal(await records.get(keys.turned.pk, keys.turned.sk), null);
  await handleNotices({}, notices);
  const turned = await records.get<TurnedRow>(keys.turned.pk, keys.turned.sk);
  assert.equal(turned?.value.atMs, clock(), 'which the doctor asks for');
  assert.deepEqual(
    letters.map(({ owner, bursts }) => [owner, bursts.map(({ bucket }) => bucket).toSorted()]),
    [
      ['ada@example.org', ['plans']],
      ['account', ['plans', 'slow']],
    ],
  );
});
