/** Whether there is something that the guard could not deal with, however often it came. */
import type * as QueueSdk from '@aws-sdk/client-sqs';
import { count } from '../../../../base/text/quantities.ts';
import { broken, clientOptions, closing, works, type Asked, type Found } from './found.ts';

export async function deadLettersHealth(QueueUrl: string, asked: Asked): Promise<Found> {
  const { default: sdk } = (await import('@aws-sdk/client-sqs')) as unknown as { readonly default: typeof QueueSdk };
  using client = closing(new sdk.SQSClient(clientOptions(asked)));
  const command = new sdk.GetQueueAttributesCommand({
    QueueUrl,
    AttributeNames: ['ApproximateNumberOfMessages', 'QueueArn'],
  });
  const { ApproximateNumberOfMessages: text = '0', QueueArn: arn = '' } = (await client.send(command)).Attributes ?? {};
  const number = Number(text);
  return number === 0
    ? works('there are none')
    : broken(
        `${count(number, 'event or task', 'events and tasks')} could not be dealt with; the logs /holdfast/${asked.stack}/… say why. Events that came back from a queue are tried again by: aws sqs start-message-move-task --region ${asked.region} --source-arn ${arn}`,
      );
}
