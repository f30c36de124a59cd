import type { ObjectSample } from '../bucket-facts.ts';
import type { PlacedBucket, SampleOptions } from '../bucket-reader.ts';
import { known, unread } from '../fact.ts';
import { plain } from './parts.ts';
import { asFact, signalOption, type Asking } from './asking.ts';

/** The first objects of a bucket as its list has them, with their ACLs, and with the first bytes of those that are wanted. */
export async function sampleObjects(
  { clients, ask }: Asking,
  { name: Bucket, region }: PlacedBucket,
  { most, headBytes, isWanted = () => true }: SampleOptions,
  signal: AbortSignal | undefined,
): Promise<readonly ObjectSample[]> {
  const { s3 } = clients;
  const client = clients.s3In(region);
  const list = new s3.ListObjectsV2Command({ Bucket, MaxKeys: most });
  const { Contents = [] } = await ask(() => client.send(list, signalOption(signal)), signal);
  return await Promise.all(
    Contents.slice(0, most).map(async ({ Key = '', Size = 0 }): Promise<ObjectSample> => {
      const acl = await asFact(async () => {
        const command = new s3.GetObjectAclCommand({ Bucket, Key });
        return plain(await ask(() => client.send(command, signalOption(signal)), signal));
      });
      if (headBytes === 0 || !isWanted({ key: Key, acl })) return { key: Key, acl, head: unread('not_asked') };
      if (Size === 0) return { key: Key, acl, head: known('') };
      const head = await asFact(async () => {
        const command = new s3.GetObjectCommand({ Bucket, Key, Range: `bytes=0-${headBytes - 1}` });
        const { Body } = await ask(() => client.send(command, signalOption(signal)), signal);
        return (await Body?.transformToString('latin1')) ?? '';
      });
      return { key: Key, acl, head };
    }),
  );
}
