/** The {@link WatchedStore} of AWS and of stores that speak S3. */
import { bucketErrors } from '../../errors.ts';
import { asFact } from '../../facts/aws/asking.ts';
import { openClients, type AwsPlace } from '../../facts/aws/clients.ts';
import { plain } from '../../facts/aws/parts.ts';
import { refusalOf, refusalText } from '../../../base/aws/sdk-refusal.ts';
import { judgeRefusal } from '../../facts/aws/refusal.ts';
import { openPace } from '../../facts/pace.ts';
import type { BucketsSettings } from '../../settings.ts';
import type { Owner, WatchedStore } from '../watched-store.ts';

/** Throws `buckets_role_refused`. */
export async function openWatchedStore(place: AwsPlace, settings: BucketsSettings): Promise<WatchedStore> {
  const clients = await openClients(place, settings);
  const pace = openPace(settings);
  const { s3 } = clients;
  const client = clients.s3In(null);
  return {
    async *list({ bucket: Bucket, prefix: Prefix }, signal) {
      const attempted = `List the objects of ${Bucket}`;
      let ContinuationToken: string | undefined;
      do {
        const input = {
          ...{ Bucket, FetchOwner: true },
          ...(Prefix === '' ? {} : { Prefix }),
          ...(ContinuationToken ? { ContinuationToken } : {}),
        };
        let page;
        try {
          const ask = () => client.send(new s3.ListObjectsV2Command(input), { abortSignal: signal });
          page = await pace.run(ask, judgeRefusal, signal);
        } catch (cause) {
          const refusal = refusalOf(cause);
          if (!refusal || refusal.name === 'AbortError') throw cause;
          throw bucketErrors('bucket_objects_unlisted', { attempted, detail: refusalText(refusal), cause });
        }
        for (const { Key = '', Size = 0, ETag = '', LastModified, Owner } of page.Contents ?? []) {
          const modifiedMs = LastModified?.getTime() ?? null;
          yield { key: Key, size: Size, etag: ETag, modifiedMs, owner: ownerOf(Owner) };
        }
        const next = page.IsTruncated === true ? (page.NextContinuationToken ?? '') : undefined;
        // A store that knows only the first version of the list says no token, or heeds none: the rest is not gone.
        if (next === '' || (next !== undefined && next === ContinuationToken)) {
          const detail = 'the list is cut off, and the store does not say where it goes on';
          throw bucketErrors('bucket_objects_unlisted', { attempted, detail });
        }
        ContinuationToken = next;
      } while (ContinuationToken !== undefined);
    },
    acl: (Bucket, Key, signal) =>
      asFact(async () => {
        const ask = () => client.send(new s3.GetObjectAclCommand({ Bucket, Key }), { abortSignal: signal });
        return plain(await pace.run(ask, judgeRefusal, signal));
      }),
    deletion: (Bucket, Key, signal) =>
      asFact(async () => {
        // Versions of one key come newest first (S3 API, ListObjectVersions), and keys that only begin so after it.
        const command = new s3.ListObjectVersionsCommand({ Bucket, Prefix: Key, MaxKeys: 1 });
        const { DeleteMarkers = [] } = await pace.run(
          () => client.send(command, { abortSignal: signal }),
          judgeRefusal,
          signal,
        );
        const marker = DeleteMarkers.find((each) => each.Key === Key && each.IsLatest === true);
        if (!marker) return null;
        return { owner: ownerOf(marker.Owner), atMs: marker.LastModified?.getTime() ?? null };
      }),
    get slowed() {
      return pace.slowed;
    },
    [Symbol.asyncDispose]: () => clients[Symbol.asyncDispose](),
  };
}

function ownerOf(
  owner: { readonly ID?: string | undefined; readonly DisplayName?: string | undefined } | undefined,
): Owner | null {
  const { ID = '', DisplayName = '' } = owner ?? {};
  return ID === '' ? null : { id: ID, name: DisplayName === '' ? null : DisplayName };
}
