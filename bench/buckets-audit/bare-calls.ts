/**
 * The calls of an audit and nothing else: every setting of every bucket, through the same SDK and as many at once, with
 * the answers thrown away. A call that the store does not know is made once, and a status is asked for where there is a
 * policy, as the audit does. Prints how many calls it made.
 */
import * as S3 from '@aws-sdk/client-s3';
import type { PartName } from '../../src/buckets/facts/bucket-facts.ts';
import { parts } from '../../src/buckets/facts/aws/parts.ts';

const [endpoint = ''] = process.argv.slice(2);
/** HOLDFAST_BUCKETS_REQUESTS as it is unless set. */
const AT_ONCE = 32;
const agent = { keepAlive: true, maxSockets: AT_ONCE };
const client = new S3.S3Client({
  endpoint,
  region: 'us-east-1',
  forcePathStyle: true,
  maxAttempts: 1,
  requestHandler: { httpAgent: agent },
});

let calls = 0;
const unknown = new Set<PartName>();

/** Whether it was answered. */
async function ask(bucket: string, name: PartName): Promise<boolean> {
  if (unknown.has(name)) return false;
  calls += 1;
  try {
    await parts[name].send(S3, client, { Bucket: bucket }, undefined);
    return true;
  } catch (error) {
    const { $metadata } = error as S3.S3ServiceException;
    if ($metadata.httpStatusCode === 501) unknown.add(name);
    return false;
  }
}

const names = Object.keys(parts) as PartName[];
const { Buckets = [] } = await client.send(new S3.ListBucketsCommand({ MaxBuckets: 1000 }));
const work = Buckets.flatMap(({ Name = '' }) => names.map((name) => [Name, name] as const))
  .filter(([, name]) => name !== 'policyStatus')
  .values();
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (const [bucket, name] of work) {
      const isThere = await ask(bucket, name);
      if (name === 'policy' && isThere) await ask(bucket, 'policyStatus');
    }
  }),
);
console.log(JSON.stringify({ buckets: Buckets.length, calls }));
client.destroy();
