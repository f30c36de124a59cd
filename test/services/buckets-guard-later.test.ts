/** The guard of an account on moto, where it waits: a grace time beyond what a queue delays, and names of deleted buckets. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CreateBucketCommand, DeleteBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { newId } from '../../src/base/ids.ts';
import { motoEndpoint, newQueue, queueUrlOf, withoutMoto } from '../support/aws/moto.ts';
import { guardInAccount, recorded } from '../support/aws/guard-in-account.ts';

const skip = withoutMoto;
const RUN = `later-${newId().slice(-12)}`;
const at = {
  ...{ endpoint: motoEndpoint ?? 'http://127.0.0.1:1', region: 'us-east-1' },
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};
const s3 = new S3Client({ ...at, forcePathStyle: true });
const sqs = new SQSClient(at);
after(() => {
  s3.destroy();
  sqs.destroy();
});

test(
  'a deleted bucket that another one still names is told of, once it is gone for the grace time',
  { skip },
  async () => {
    await using guard = await guardInAccount();
    const [gone, keeps] = [`${RUN}-gone`, `${RUN}-keeps`];
    for (const Bucket of [gone, keeps]) await s3.send(new CreateBucketCommand({ Bucket }));
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${gone}/*` }];
    await s3.send(
      new PutBucketPolicyCommand({ Bucket: keeps, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
    );
    await s3.send(new DeleteBucketCommand({ Bucket: gone }));
    const event = recorded('delete-bucket', gone);
    // Names are watched for some time after they were let go, which the day of the recording is not for ever.
    event.detail['eventTime'] = new Date(Date.now() - 3_600_000).toISOString();
    assert.equal((await guard.now(event)).again, 0);
    assert.deepEqual(await guard.mails(), []);
    assert.equal((await guard.later(event)).again, 0);
    const mail = (await guard.mails()).join();
    assert.match(mail, /-gone: it was deleted and is still named; anybody can make a bucket of its name now/);
    assert.match(mail, new RegExp(`- the policy of ${keeps}`));
    await s3.send(new DeleteBucketCommand({ Bucket: keeps }));
  },
);

test('an event whose grace time is longer than SQS delays goes into the queue again, delayed', { skip }, async () => {
  const queue = await newQueue();
  await using guard = await guardInAccount({
    HOLDFAST_GUARD_GRACE_MINUTES: '240',
    HOLDFAST_GUARD_GRACE_QUEUE: queue.arn,
  });
  const event = recorded('create-bucket', `${RUN}-long`);
  event.detail['eventTime'] = new Date().toISOString();
  assert.equal((await guard.later(event)).again, 0);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrlOf(queue.arn),
      AttributeNames: ['ApproximateNumberOfMessagesDelayed'],
    }),
  );
  assert.equal(Attributes?.['ApproximateNumberOfMessagesDelayed'], '1');
});
