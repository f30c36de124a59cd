/**
 * The {@link OwnerMailer} in a topic of Amazon SNS: each owner is subscribed once and hears, by a filter, what is theirs.
 */
import { hash } from 'node:crypto';
import type * as Sdk from '@aws-sdk/client-sns';
import type { Clock } from '../../../base/clock.ts';
import type { RecordStore } from '../../../storage/index.ts';
import type { TopicPlace } from '../../guard/aws/topic.ts';
import type { OwnerMailer } from '../sending/deliver.ts';
import { keys } from '../rows.ts';
import { unchanged } from '../take.ts';

type OwnerRow = {
  /** Empty: Amazon SNS refused it. */
  readonly subscription: string;
  readonly phone: string | null;
  /** When Amazon SNS was last told to ask. */
  readonly askedMs: number;
  /** Once it was: whoever unsubscribed is not asked again. */
  readonly wasConfirmed: boolean;
};

/** Nobody is asked for a confirmation more often. */
const ASK_AGAIN_MS = 604_800_000;
const KEPT_MS = 34_560_000_000;

export async function openOwnerMailer(
  { arn: TopicArn, region, endpoint }: TopicPlace,
  { records, clock }: { readonly records: RecordStore; readonly clock: Clock },
): Promise<OwnerMailer> {
  const { default: sdk } = (await import('@aws-sdk/client-sns')) as unknown as { readonly default: typeof Sdk };
  const client = new sdk.SNSClient({ region, ...(endpoint === null ? {} : { endpoint }) });
  const refusals = [
    sdk.InvalidParameterException,
    sdk.SubscriptionLimitExceededException,
    sdk.FilterPolicyLimitExceededException,
  ];

  /**
   * Empty when it is refused for good: what is no address, more than a topic takes, and what is subscribed already for
   * somebody else. A tag says such things, and nobody else's mail may wait for them.
   */
  const subscribe = async (Protocol: 'email' | 'sms', Endpoint: string, filter: object): Promise<string> => {
    const Attributes = { FilterPolicy: JSON.stringify(filter) };
    const command = new sdk.SubscribeCommand({
      ...{ TopicArn, Protocol, Endpoint, Attributes, ReturnSubscriptionArn: true },
    });
    try {
      return (await client.send(command)).SubscriptionArn ?? '';
    } catch (error) {
      if (refusals.some((each) => error instanceof each)) return '';
      throw error;
    }
  };
  // A phone that the owner had before stays subscribed and hears nothing: a right to end subscriptions would be one to end
  // those of every topic.
  const subscribePhone = async (address: string, phone: string): Promise<void> => {
    await subscribe('sms', phone, { owner: [address], text: ['yes'], phone: [nameOf(phone)] });
  };
  /** `null`: there is none any more. */
  const isConfirmed = async (SubscriptionArn: string): Promise<boolean | null> => {
    if (SubscriptionArn === '') return null;
    try {
      const { Attributes } = await client.send(new sdk.GetSubscriptionAttributesCommand({ SubscriptionArn }));
      return Attributes?.['PendingConfirmation'] !== 'true';
    } catch (error) {
      if (error instanceof sdk.NotFoundException || error instanceof sdk.InvalidParameterException) return null;
      throw error;
    }
  };

  return {
    async reaches(address, phone) {
      const { pk, sk } = keys.owner(address);
      const row = await records.get<OwnerRow>(pk, sk);
      const keep = async (value: OwnerRow): Promise<void> => {
        await records.transact([{ op: 'put', pk, sk, value, expiresAtMs: clock() + KEPT_MS, if: unchanged(row) }]);
      };
      const state = row === null ? null : await isConfirmed(row.value.subscription);
      if (row !== null && state === true) {
        if (phone !== null && row.value.phone !== phone) await subscribePhone(address, phone);
        if (!row.value.wasConfirmed || row.value.phone !== phone)
          await keep({ ...row.value, phone, wasConfirmed: true });
        return true;
      }
      if (row !== null && (row.value.wasConfirmed || row.value.askedMs + ASK_AGAIN_MS > clock())) return false;
      const subscription = await subscribe('email', address, { owner: [address] });
      if (phone !== null) await subscribePhone(address, phone);
      const wasConfirmed = (await isConfirmed(subscription)) === true;
      await keep({ subscription, phone, askedMs: clock(), wasConfirmed });
      return wasConfirmed;
    },
    async publish(to, { subject: Subject, text, short, phone }) {
      // For a subscription that is no mail, such as a queue of yours, `default` counts.
      const Message = JSON.stringify({ default: text, ...(short === null ? {} : { sms: short }) });
      const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
      const MessageAttributes = {
        ...{ owner: attribute(to), text: attribute(short === null ? 'no' : 'yes') },
        ...(phone === null ? {} : { phone: attribute(nameOf(phone)) }),
      };
      const command = new sdk.PublishCommand({
        ...{ TopicArn, Subject, Message, MessageStructure: 'json', MessageAttributes },
      });
      await client.send(command);
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
    },
  };
}

/** Whoever reads along in a queue of their own gets to know no number. */
function nameOf(phone: string): string {
  return hash('sha256', phone).slice(0, 16);
}
