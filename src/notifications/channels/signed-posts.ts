/** Signed requests after Standard Webhooks for others than notices, by the same guarded way, with what is answered. */
import { signatureHeaders, signingKey } from '../../base/crypto/standard-webhooks.ts';
import type { ChannelDeps } from './channel.ts';
import { systemFailure, withinTime } from './failures.ts';
import { post } from './pinned-post.ts';
import { judge } from './webhook.ts';
import { checkedAddresses, webhookUrl } from './webhook-address.ts';

export interface SignedPost {
  readonly url: string;
  /** `whsec_…` */
  readonly secret: string;
  /** The same in each repeat. */
  readonly id: string;
  /** JSON. */
  readonly body: string;
}

export interface SignedPosts {
  /** Refuses an address that can never be reached. Throws `channel_destination_invalid`. */
  check(url: string): void;
  /**
   * Resolves with what was answered, once the other side has taken it; an answer of more than 64 KiB is none. Throws
   * `channel_unavailable`, `channel_refused`, `channel_destination_invalid`, or the reason of its signal.
   */
  send(request: SignedPost, signal: AbortSignal): Promise<string>;
}

const ANSWER_BYTES = 64 * 1024;

export function openSignedPosts(
  deps: Pick<ChannelDeps, 'clock' | 'settings' | 'resolve' | 'allowedNetworks'>,
): SignedPosts {
  const { settings, resolve, allowedNetworks: allowed } = deps;
  return {
    check: (url) => void webhookUrl(url, allowed),
    async send({ url: text, secret, id, body }, signal) {
      const url = webhookUrl(text, allowed);
      const key = signingKey(secret);
      if (!key) throw new TypeError('What signs requests is no secret of Standard Webhooks');
      // Nothing behind the host: paths and queries of receivers are often their secret.
      const attempted = `Send to the webhook at ${url.host}`;
      let answered = '';
      try {
        await withinTime(attempted, settings.channelTimeoutMs, signal, async (within) => {
          const addresses = await checkedAddresses(url, attempted, { resolve, allowed });
          within.throwIfAborted();
          const headers = {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            'user-agent': 'Holdfast-Webhooks/1',
            ...signatureHeaders([key], { id, atMs: deps.clock(), body }),
          };
          const options = { headers, ca: null, addresses, signal: within, answerBytes: ANSWER_BYTES };
          const answer = await post(url, body, options);
          judge(answer, attempted, deps);
          answered = answer.text;
        });
      } catch (error) {
        signal.throwIfAborted();
        throw systemFailure(error, attempted, settings);
      }
      return answered;
    },
  };
}
