/** Letters through Amazon SNS: to the subscribers of a topic, to a phone, to an app. The SDK is loaded on first use. */
import type * as Sdk from '@aws-sdk/client-sns';
import type { SNSClient } from '@aws-sdk/client-sns';
import { type Static, Type } from '../../base/http/schema.ts';
import { quoted } from '../../base/text/visible.ts';
import type { Channel, ChannelDeps } from './channel.ts';
import { invalidField } from './config-fields.ts';
import { channelErrors } from './errors.ts';
import { unavailable, withinTime } from './failures.ts';
import { snsFailure } from './sns-errors.ts';
import { publishInput, snsTarget, type SnsTarget } from './sns-message.ts';

export const SnsConfig = Type.Object(
  {
    topic: Type.Optional(
      Type.String({ maxLength: 512, description: 'ARN of the topic that letters without a destination go to' }),
    ),
    region: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9-]{1,64}$',
        description: 'Default the one of the ARN, then the one of the AWS configuration',
      }),
    ),
    accessKeyId: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: 'Leave out to have credentials from the AWS chain' }),
    ),
    secretAccessKey: Type.Optional(Type.String({ minLength: 1, maxLength: 256, writeOnly: true })),
  },
  { additionalProperties: false },
);
export type SnsConfig = Static<typeof SnsConfig>;

/** The endpoint comes from the AWS configuration alone: whoever sets up a channel must not send our signatures elsewhere. */
export function openSnsChannel(config: SnsConfig, { settings }: Pick<ChannelDeps, 'settings'>): Channel {
  const topic = config.topic === undefined ? null : snsTarget(config.topic);
  if (config.topic !== undefined && !(topic && 'TopicArn' in topic))
    throw invalidField('topic', 'this is not the ARN of a topic');
  if ((config.accessKeyId === undefined) !== (config.secretAccessKey === undefined)) {
    throw invalidField('accessKeyId', 'accessKeyId and secretAccessKey go together');
  }
  const clients = new Map<string, Promise<{ sdk: typeof Sdk; client: SNSClient }>>();
  const clientIn = async (region: string | null) => {
    const key = config.region ?? region ?? topic?.region ?? '';
    const client = clients.get(key) ?? connect(config, key === '' ? null : key, settings);
    clients.set(key, client);
    try {
      return await client;
    } catch (error) {
      // By the next letter it may be known.
      if (clients.get(key) === client) clients.delete(key);
      throw error;
    }
  };

  function targetOf(destination: string): SnsTarget {
    const target = destination === '' ? topic : snsTarget(destination);
    if (target) return target;
    throw channelErrors('channel_destination_invalid', {
      attempted: `Publish to ${quoted(destination)}`,
      detail:
        destination === ''
          ? 'the channel has no topic of its own'
          : 'this is neither the ARN of a topic or platform endpoint nor a phone number such as +4915112345678',
    });
  }

  async function reach(
    attempted: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    try {
      await withinTime(attempted, settings.channelTimeoutMs, signal, work);
    } catch (error) {
      signal.throwIfAborted();
      throw snsFailure(error, attempted, settings);
    }
  }

  return {
    kind: 'sns',
    checkDestination: (destination) => void targetOf(destination),
    async deliver(letter, destination, { signal }) {
      const target = targetOf(destination);
      await reach(`Publish to Amazon SNS${placeName(target)}`, signal, async (within) => {
        const { sdk, client } = await clientIn(target.region);
        await client.send(new sdk.PublishCommand(publishInput(letter, target)), { abortSignal: within });
      });
    },
    async examine({ signal }) {
      await reach(`Ask Amazon SNS${topic ? placeName(topic) : ''}`, signal, async (within) => {
        const { sdk, client } = await clientIn(null);
        const options = { abortSignal: within };
        if (config.topic) await client.send(new sdk.GetTopicAttributesCommand({ TopicArn: config.topic }), options);
        else await client.send(new sdk.GetSMSAttributesCommand({ attributes: ['DefaultSMSType'] }), options);
      });
    },
    async [Symbol.asyncDispose]() {
      for (const made of await Promise.allSettled(clients.values())) {
        if (made.status === 'fulfilled') made.value.client.destroy();
      }
    },
  };
}

/** A phone number is somebody's, and stays out of messages and logs. */
function placeName(target: SnsTarget): string {
  if ('PhoneNumber' in target) return ' for a phone';
  return ` ${'TopicArn' in target ? target.TopicArn : target.TargetArn}`;
}

async function connect(
  { accessKeyId, secretAccessKey }: SnsConfig,
  region: string | null,
  { channelTimeoutMs, channelMendRetryMs }: ChannelDeps['settings'],
) {
  const sdk = await import('@aws-sdk/client-sns');
  const client = new sdk.SNSClient({
    ...(region === null ? {} : { region }),
    ...(accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}),
    // Trying again is the outbox's, which knows what else waits.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: channelTimeoutMs,
      requestTimeout: channelTimeoutMs,
      throwOnRequestTimeout: true,
    },
  });
  try {
    await client.config.region();
  } catch (cause) {
    client.destroy();
    const remedy = 'Name the region of the channel, or set AWS_REGION.';
    throw unavailable({ attempted: 'Use Amazon SNS', detail: 'no Region is known', remedy, cause }, channelMendRetryMs);
  }
  return { sdk, client };
}
