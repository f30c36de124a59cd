import { assertKeyStart, isObjectKey, resolveListLimit } from '../object-key.ts';
import type { ListOptions, ObjectInfo, ObjectPage } from '../object-store.ts';
import type { S3Bucket } from './bucket.ts';
import { infoOf } from './read.ts';

/** One page of keys in byte order, without version ids. Names that are no keys of ours are passed over. */
export async function listObjects(bucket: S3Bucket, options: ListOptions): Promise<ObjectPage> {
  const attempted = 'List objects';
  const { prefix = '', after = '', signal } = options;
  assertKeyStart(prefix, attempted);
  assertKeyStart(after, attempted);
  signal?.throwIfAborted();
  const limit = resolveListLimit(options.limit);
  const own = bucket.place.prefix;
  const objects: ObjectInfo[] = [];
  let startAfter = after === '' ? undefined : own + after;
  for (;;) {
    const from = startAfter;
    const page = await bucket.send(
      attempted,
      (sdk, client, clientOptions) =>
        client.send(
          new sdk.ListObjectsV2Command({
            Bucket: bucket.bucket,
            Prefix: own + prefix,
            MaxKeys: limit - objects.length,
            ...(from === undefined ? {} : { StartAfter: from }),
          }),
          clientOptions,
        ),
      signal,
    );
    const found = page.Contents ?? [];
    for (const { Key = '', Size = 0, LastModified } of found) {
      const key = Key.slice(own.length);
      if (isObjectKey(key)) objects.push(infoOf(key, Size, { LastModified }));
    }
    const more = page.IsTruncated === true && found.length > 0;
    const last = objects.at(-1);
    if (more && last && objects.length === limit) return { objects, next: last.key };
    if (!more) return { objects };
    startAfter = found.at(-1)?.Key;
  }
}
