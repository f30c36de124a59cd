/** Mails of the guard go through a topic of Amazon SNS. */
import type * as Sdk from '@aws-sdk/client-sns';
import type { Topic } from '../alerts.ts';

export interface TopicPlace {
  readonly arn: string;
  readonly region: string;
  /** What stands in for AWS; `null`: AWS itself. */
  readonly endpoint: string | null;
}

export async function openTopic({ arn, region, endpoint }: TopicPlace): Promise<Topic> {
  const { default: sdk } = (await import('@aws-sdk/client-sns')) as unknown as { readonly default: typeof Sdk };
  const client = new sdk.SNSClient({ region, ...(endpoint === null ? {} : { endpoint }) });
  return {
    async publish(Subject, Message) {
      await client.send(new sdk.PublishCommand({ TopicArn: arn, Subject, Message }));
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
    },
  };
}
