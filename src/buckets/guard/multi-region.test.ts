import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, goodAccount, goodFacts } from '../checks/test-subject.ts';
import { known } from '../facts/fact.ts';
import { handle } from './handle.ts';
import { testGuard } from './test-guard.ts';

const body = JSON.stringify({
  detail: {
    ...{ eventName: 'PutMultiRegionAccessPointPolicy', eventSource: 's3.amazonaws.com', eventID: '1' },
    ...{ recipientAccountId: ACCOUNT, awsRegion: 'eu-central-1', eventTime: '2026-11-28T00:00:00Z' },
  },
});

test('a call about an access point of several Regions has every bucket behind one looked at, and the rest left alone', async () => {
  const loose = { ...goodFacts, publicAccessBlock: known(null) };
  const buckets = ['plans', 'photos', 'apart'].map((bucket) => ({ ...loose, bucket }));
  const account = { ...goodAccount, publicAccessBlock: known(null) };
  const { guard, mails } = testGuard({ account, buckets });
  const behind = new Map([
    ['plans', []],
    ['gone', []],
    ['photos', []],
  ]);
  const openReader = async () => ({
    ...(await guard.openReader()),
    multiRegionAccessPoints: async () => known(behind),
  });
  const message = { messageId: 'm', body, eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:now' };
  const answer = await handle({ Records: [message] }, { ...guard, openReader });
  assert.equal(answer.batchItemFailures.length, 1, 'it comes again for the one that could not be looked at');
  const told = mails.map(({ message: text }) => text).join('\n');
  assert.match(told, /gone: nobody can say/);
  for (const bucket of ['plans', 'photos'])
    assert.match(told, new RegExp(`^${bucket}: something is wrong with it`, 'm'));
  assert.doesNotMatch(told, /apart/);
});
