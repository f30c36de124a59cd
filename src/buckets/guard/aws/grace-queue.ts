/** The {@link GraceQueue} of Amazon SQS. */
import type * as Sdk from '@aws-sdk/client-sqs';
import type { GraceQueue } from '../grace.ts';

export interface GraceQueuePlace {
  readonly arn: string;
  readonly region: string;
  /** What stands in for AWS; `null`: AWS itself. */
  readonly endpoint: string | null;
}

/** Loads and asks nothing before it is used: most guards wait no longer than the queue does. */
export function openGraceQueue({ arn, region, endpoint }: GraceQueuePlace): GraceQueue {
  let opened: Promise<{ client: Sdk.SQSClient; sdk: typeof Sdk; url: string }> | null = null;
  const open = async () => {
    const { default: sdk } = (await import('@aws-sdk/client-sqs')) as unknown as { readonly default: typeof Sdk };
    const client = new sdk.SQSClient({ region, ...(endpoint === null ? {} : { endpoint }) });
    const [, , , , QueueOwnerAWSAccountId, QueueName] = arn.split(':');
    try {
      const { QueueUrl = '' } = await client.send(new sdk.GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId }));
      return { client, sdk, url: QueueUrl };
    } catch (error) {
      client.destroy();
      throw error;
    }
  };
  return {
    async again(MessageBody, DelaySeconds) {
      const opening = (opened ??= open());
      const { client, sdk, url } = await opening.catch((error: unknown) => {
        // A function lives on for hours: the next event asks anew.
        if (opened === opening) opened = null;
        throw error;
      });
      await client.send(new sdk.SendMessageCommand({ QueueUrl: url, MessageBody, DelaySeconds }));
    },
    async [Symbol.asyncDispose]() {
      (await opened?.catch(() => null))?.client.destroy();
    },
  };
}
