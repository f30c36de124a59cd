/** Whether those whom the deployment names get what the guard tells. */
import type * as TopicSdk from '@aws-sdk/client-sns';
import { broken, clientOptions, closing, works, type Asked, type Found } from './found.ts';

export interface Expected {
  readonly topic: string;
  readonly protocol: 'email' | 'sms';
  /** The address or the number that has to be subscribed: that of somebody else helps nobody. */
  readonly endpoint: string;
}

/** Pages of subscriptions, of 100 each. A topic takes far more, and this one has its owners. */
const MOST_PAGES = 50;

export async function subscriptionHealth({ topic, protocol, endpoint }: Expected, asked: Asked): Promise<Found> {
  const { default: sdk } = (await import('@aws-sdk/client-sns')) as unknown as { readonly default: typeof TopicSdk };
  using client = closing(new sdk.SNSClient(clientOptions(asked)));
  const own: string[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const command = new sdk.ListSubscriptionsByTopicCommand({ TopicArn: topic, NextToken });
    const { Subscriptions = [], NextToken: next } = await client.send(command);
    for (const { Protocol, Endpoint = '', SubscriptionArn = '' } of Subscriptions) {
      if (Protocol === protocol && Endpoint.toLowerCase() === endpoint.toLowerCase()) own.push(SubscriptionArn);
    }
    NextToken = next;
    if (NextToken === undefined || NextToken === '') break;
  }
  const again = `aws sns subscribe --region ${asked.region} --topic-arn ${topic} --protocol ${protocol} --notification-endpoint ${endpoint}`;
  if (own.some((arn) => arn.startsWith('arn:'))) return works(`${endpoint} is subscribed, and has confirmed it`);
  return own.length === 0
    ? broken(`${endpoint} is not subscribed, or no longer; subscribe it: ${again}`)
    : broken(`${endpoint} has not confirmed the mail of Amazon SNS yet; have it sent again: ${again}`);
}
