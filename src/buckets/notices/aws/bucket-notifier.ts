/** The {@link BucketNotifier} of AWS and of stores that speak S3. */
import type { PutBucketNotificationConfigurationCommandInput } from '@aws-sdk/client-s3';
import { hasCode } from '../../../base/errors.ts';
import { bucketErrors } from '../../errors.ts';
import { openClients, type AwsPlace } from '../../facts/aws/clients.ts';
import { parts, plain } from '../../facts/aws/parts.ts';
import { refusalOf, refusalText } from '../../../base/aws/sdk-refusal.ts';
import { judgeRefusal } from '../../facts/aws/refusal.ts';
import { openPace } from '../../facts/pace.ts';
import type { BucketsSettings } from '../../settings.ts';
import type { BucketNotifier } from '../switching/switch.ts';

/** Throws `buckets_role_refused`. */
export async function openBucketNotifier(place: AwsPlace, settings: BucketsSettings): Promise<BucketNotifier> {
  const clients = await openClients(place, settings);
  const pace = openPace(settings);
  const { s3 } = clients;
  const client = clients.s3In(null);
  const tried = async <Answer>(attempted: string, send: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await pace.run(send, judgeRefusal);
    } catch (cause) {
      const refusal = refusalOf(cause);
      if (!refusal) throw cause;
      throw bucketErrors('bucket_change_failed', { attempted, detail: refusalText(refusal), cause });
    }
  };
  return {
    async region(Bucket) {
      const { LocationConstraint } = await tried(`GetBucketLocation of ${Bucket}`, () =>
        client.send(new s3.GetBucketLocationCommand({ Bucket })),
      );
      const location: string = LocationConstraint ?? '';
      // What the first Regions are called since long ago (S3 API, GetBucketLocation).
      return location === '' ? 'us-east-1' : location === 'EU' ? 'eu-west-1' : location;
    },
    async read(bucket) {
      const part = parts.notification;
      try {
        return part.value(
          plain(await tried(`${part.call} of ${bucket}`, () => part.send(s3, client, { Bucket: bucket }, undefined))),
        );
      } catch (error) {
        if (hasCode(error, 'bucket_change_failed') && refusalOf(error.cause)?.name === 'NoSuchBucket') return null;
        throw error;
      }
    },
    async write(Bucket, notification) {
      type Input = PutBucketNotificationConfigurationCommandInput;
      const input: Input = {
        Bucket,
        NotificationConfiguration: notification as NonNullable<Input['NotificationConfiguration']>,
        // What others set up is written back as it was, also where it does not work any more.
        SkipDestinationValidation: true,
      };
      await tried(`PutBucketNotificationConfiguration of ${Bucket}`, () =>
        client.send(new s3.PutBucketNotificationConfigurationCommand(input)),
      );
    },
    [Symbol.asyncDispose]: () => clients[Symbol.asyncDispose](),
  };
}
