/** The {@link TrialStore}, and so the writer, of AWS and of every store that speaks S3. */
import type {
  PutBucketAclCommandInput,
  PutBucketLifecycleConfigurationCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { bucketErrors } from '../../errors.ts';
import type { Lifecycle, PublicAccessBlock } from '../../facts/bucket-facts.ts';
import { openClients, type AwsPlace } from '../../facts/aws/clients.ts';
import { readBlock } from '../../facts/aws/account.ts';
import { parts, plain, type S3Sdk } from '../../facts/aws/parts.ts';
import { refusalOf, refusalText } from '../../../base/aws/sdk-refusal.ts';
import { judgeRefusal } from '../../facts/aws/refusal.ts';
import { openPace } from '../../facts/pace.ts';
import type { BucketsSettings } from '../../settings.ts';
import type { TrialStore } from '../probe-writes.ts';
import { callOf, isSame, nameOf, type FixableSetting, type SettingValue, type Target } from '../change.ts';

/** AWS takes no change from an account whose organisation decides (S3 policies of AWS Organizations). */
const PRESCRIBED = '; where an S3 policy of the organisation says what holds, it is changed there';

export async function openAwsWriter(place: AwsPlace, settings: BucketsSettings): Promise<TrialStore> {
  const clients = await openClients(place, settings);
  const pace = openPace(settings);
  const { s3 } = clients;

  const tried = async <Result>(attempted: string, act: () => Promise<Result>, ifDenied = ''): Promise<Result> => {
    try {
      return await act();
    } catch (cause) {
      const refusal = refusalOf(cause);
      if (!refusal || refusal.name === 'AbortError') throw cause;
      const detail = refusalText(refusal) + (refusal.status === 403 ? ifDenied : '');
      throw bucketErrors('bucket_change_failed', { attempted, detail, cause });
    }
  };

  const read = async (target: Target, signal?: AbortSignal): Promise<SettingValue> => {
    if (target.kind === 'account') {
      const block = await readBlock(
        { clients, ask: (request) => pace.run(request, judgeRefusal, signal) },
        target.accountId,
      );
      if (block.known) return block.value;
      throw bucketErrors('bucket_change_failed', { attempted: `Read ${nameOf(target)}`, detail: block.detail });
    }
    const { bucket, region, setting } = target;
    const part = parts[setting];
    return await tried(`${part.call} of ${bucket}`, async () => {
      try {
        const client = clients.s3In(region);
        return part.value(
          plain(await pace.run(() => part.send(s3, client, { Bucket: bucket }, signal), judgeRefusal, signal)),
        );
      } catch (error) {
        if (part.unset.includes(refusalOf(error)?.name ?? '')) return part.value({});
        throw error;
      }
    });
  };

  return {
    read,
    async write(target, value, { upon, signal } = {}) {
      const attempted = `${callOf({ target, after: value })} of ${nameOf(target)}`;
      // S3 knows no condition on a change of settings, so another one that came between is only seen by looking.
      const lookAgain = async (): Promise<void> => {
        if (upon === undefined) return;
        const current = await read(target, signal);
        if (isSame(current, upon) || isSame(current, value)) return;
        throw bucketErrors('bucket_change_failed', { attempted, detail: 'somebody else changed it meanwhile' });
      };
      const act = async (): Promise<void> => {
        const send = await sender(target, value);
        await pace.run(() => send(), judgeRefusal, signal, lookAgain);
      };
      await tried(attempted, act, target.kind === 'account' ? PRESCRIBED : '');
    },
    async createBucket(Bucket) {
      // A Region other than the first has to be named again.
      const LocationConstraint = clients.homeRegion as 'eu-central-1';
      const inRegion = place.endpoint !== null || clients.homeRegion === 'us-east-1';
      const more = inRegion ? {} : { CreateBucketConfiguration: { LocationConstraint } };
      const client = clients.s3In(null);
      await tried(`CreateBucket ${Bucket}`, () => client.send(new s3.CreateBucketCommand({ Bucket, ...more })));
    },
    async removeBucket(Bucket) {
      await tried(`DeleteBucket ${Bucket}`, () => clients.s3In(null).send(new s3.DeleteBucketCommand({ Bucket })));
    },
    [Symbol.asyncDispose]: () => clients[Symbol.asyncDispose](),
  };

  async function sender(target: Target, value: SettingValue): Promise<() => Promise<unknown>> {
    if (target.kind === 'bucket') {
      const client = clients.s3In(target.region);
      return () => sendSetting(s3, client, target.bucket, target.setting, value);
    }
    const { sdk, client } = await clients.control(null);
    const AccountId = target.accountId;
    const PublicAccessBlockConfiguration = value as PublicAccessBlock;
    return value === null
      ? () => client.send(new sdk.DeletePublicAccessBlockCommand({ AccountId }))
      : () => client.send(new sdk.PutPublicAccessBlockCommand({ AccountId, PublicAccessBlockConfiguration }));
  }
}

/** The values come as they were read, so that they fit what they are put into. */
async function sendSetting(
  s3: S3Sdk,
  client: S3Client,
  Bucket: string,
  setting: FixableSetting,
  value: SettingValue,
): Promise<unknown> {
  switch (setting) {
    case 'policy':
      return value === null
        ? await client.send(new s3.DeleteBucketPolicyCommand({ Bucket }))
        : await client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy: value as string }));
    case 'acl':
      return await client.send(
        new s3.PutBucketAclCommand({
          Bucket,
          AccessControlPolicy: value as NonNullable<PutBucketAclCommandInput['AccessControlPolicy']>,
        }),
      );
    case 'ownership': {
      if (value === null) return await client.send(new s3.DeleteBucketOwnershipControlsCommand({ Bucket }));
      const OwnershipControls = { Rules: [{ ObjectOwnership: value as 'BucketOwnerEnforced' }] };
      return await client.send(new s3.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
    }
    case 'publicAccessBlock': {
      if (value === null) return await client.send(new s3.DeletePublicAccessBlockCommand({ Bucket }));
      const PublicAccessBlockConfiguration = value as PublicAccessBlock;
      return await client.send(new s3.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    }
    case 'encryption': {
      if (value === null) return await client.send(new s3.DeleteBucketEncryptionCommand({ Bucket }));
      const ServerSideEncryptionConfiguration = value as { Rules: [] };
      return await client.send(new s3.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
    }
    case 'versioning': {
      // What was once switched on can be suspended, and never be as if it had not been.
      const { Status = 'Suspended' } = value as { Status?: 'Enabled' | 'Suspended' };
      return await client.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    }
    case 'lifecycle':
      return value === null
        ? await client.send(new s3.DeleteBucketLifecycleCommand({ Bucket }))
        : await client.send(
            new s3.PutBucketLifecycleConfigurationCommand({ Bucket, ...lifecycleOf(value as Lifecycle) }),
          );
  }
}

type LifecycleInput = Omit<PutBucketLifecycleConfigurationCommandInput, 'Bucket'>;

/** Dates were kept as text; the SDK wants them as dates. */
function lifecycleOf({ Rules = [], TransitionDefaultMinimumObjectSize }: Lifecycle): LifecycleInput {
  const dated = JSON.parse(JSON.stringify(Rules), (name, value: unknown) =>
    name === 'Date' && typeof value === 'string' ? new Date(value) : value,
  ) as NonNullable<LifecycleInput['LifecycleConfiguration']>['Rules'];
  return {
    LifecycleConfiguration: { Rules: dated },
    ...(TransitionDefaultMinimumObjectSize === undefined
      ? {}
      : { TransitionDefaultMinimumObjectSize: TransitionDefaultMinimumObjectSize as 'varies_by_storage_class' }),
  };
}
