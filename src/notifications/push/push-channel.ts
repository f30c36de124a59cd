/**
 * Web Push (RFC 8030): wakes the browsers of a person, and says nothing. What there is to tell the browser asks us for,
 * with the login that it has; so no push service learns more than that something happened.
 */
import { hasCode } from '../../base/errors.ts';
import type { Channel, ChannelDeps, Letter } from '../channels/channel.ts';
import { refused, systemFailure, unavailable, withinTime } from '../channels/failures.ts';
import { post, retryAfterMs } from '../channels/pinned-post.ts';
import { checkedAddresses, webhookUrl } from '../channels/webhook-address.ts';
import type { ChannelFacts } from '../outbox/channels.ts';
import { PUSH_CHANNEL } from '../records.ts';
import type { NotificationsSettings } from '../settings.ts';
import type { Subscription } from './subscriptions.ts';
import type { Vapid } from './vapid.ts';

export interface PushChannelDeps {
  readonly machine: Pick<ChannelDeps, 'clock' | 'settings' | 'resolve' | 'allowedNetworks'>;
  readonly settings: Pick<NotificationsSettings, 'pushTtlMs'>;
  readonly vapid: Vapid;
  readonly subscriptions: (accountId: string) => Promise<readonly Subscription[]>;
  /** Its push service does not know it any more. */
  readonly onGone: (accountId: string, subscription: Subscription) => Promise<void>;
}

/** The channel of everybody's browsers, which no admin sets up. */
export function pushFacts(gapMs: number): ChannelFacts {
  return {
    ...{ channelId: PUSH_CHANNEL, name: 'Browsers', kind: 'push', isPersonal: true, isForPrograms: false },
    content: { config: {}, destination: '', kinds: null },
    ...{ gapMs, madeMs: 0 },
  };
}

/** A destination is an account, whose browsers each get the push. When one cannot be reached, all are tried again. */
export function openPushChannel({ machine, settings, vapid, subscriptions, onGone }: PushChannelDeps): Channel {
  const push = async (subscription: Subscription, letter: Letter, signal: AbortSignal): Promise<'taken' | 'gone'> => {
    const url = webhookUrl(subscription.endpoint, machine.allowedNetworks);
    const attempted = `Push to ${url.host}`;
    let answer = { status: 0, retryAfter: undefined as string | undefined };
    try {
      await withinTime(attempted, machine.settings.channelTimeoutMs, signal, async (within) => {
        const { resolve, allowedNetworks: allowed } = machine;
        const addresses = await checkedAddresses(url, attempted, { resolve, allowed });
        within.throwIfAborted();
        const headers = {
          authorization: await vapid.authorization(url),
          'content-length': 0,
          ttl: Math.floor(settings.pushTtlMs / 1000),
          urgency: letter.severity === 'info' ? 'normal' : 'high',
          // Section 5.4: one that waits for a browser that is off takes the place of the one before.
          topic: 'notices',
        };
        answer = await post(url, '', { headers, ca: null, addresses, signal: within });
      });
    } catch (error) {
      signal.throwIfAborted();
      throw systemFailure(error, attempted, machine.settings);
    }
    const { status, retryAfter } = answer;
    if (status >= 200 && status < 300) return 'taken';
    // Section 7.3, and what services answer in its place.
    if (status === 404 || status === 410) return 'gone';
    const failure = { attempted, detail: `it answered ${status}` };
    if (status >= 400 && status < 500 && status !== 429 && status !== 408) throw refused(failure);
    throw unavailable(failure, retryAfterMs(retryAfter, machine.clock()));
  };

  return {
    kind: 'push',
    checkDestination: () => undefined,
    async deliver(letter, accountId, { signal }) {
      const own = await subscriptions(accountId);
      const results = await Promise.allSettled(
        own.map(async (subscription) => {
          if ((await push(subscription, letter, signal)) === 'gone') await onGone(accountId, subscription);
        }),
      );
      signal.throwIfAborted();
      const failures = results.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
      const again = failures.find((error) => !hasCode(error, 'channel_refused', 'channel_destination_invalid'));
      if (again) throw again;
      const [first] = failures;
      if (first && failures.length === own.length) throw first;
    },
    async examine() {},
    async [Symbol.asyncDispose]() {},
  };
}
