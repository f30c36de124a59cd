/** Letters as signed requests after Standard Webhooks, to addresses that are held against the forbidden networks first. */
import { timestamp } from '../../base/clock.ts';
import { type Static, Type } from '../../base/http/schema.ts';
import type { Channel, ChannelDeps, Letter } from './channel.ts';
import { Authority, checkedAuthority, invalidField } from './config-fields.ts';
import { connected } from './connect.ts';
import { refused, systemFailure, unavailable, withinTime } from './failures.ts';
import { post, retryAfterMs } from './pinned-post.ts';
import { checkedAddresses, hostOf, lookupOf, portOf, webhookUrl } from './webhook-address.ts';
import { signatureHeaders, signingKey } from '../../base/crypto/standard-webhooks.ts';

const Secret = (description: string) => Type.String({ maxLength: 128, writeOnly: true, description });

export const WebhookConfig = Type.Object(
  {
    url: Type.String({
      maxLength: 2048,
      writeOnly: true,
      description: 'https://… of the receiver; kept secret, as it often holds one',
    }),
    secret: Secret('whsec_ and 24 to 64 bytes in base64, shared with the receiver'),
    previousSecret: Type.Optional(Secret('Signs as well, while receivers change to the new one')),
    ca: Type.Optional(Authority),
  },
  { additionalProperties: false },
);
export type WebhookConfig = Static<typeof WebhookConfig>;

type Deps = Pick<ChannelDeps, 'clock' | 'settings' | 'resolve' | 'allowedNetworks'>;

export function openWebhookChannel(config: WebhookConfig, deps: Deps): Channel {
  const { settings, resolve, allowedNetworks: allowed } = deps;
  const own = webhookUrl(config.url, allowed);
  const ca = checkedAuthority(config.ca);
  const keys = keysOf(config);
  const urlOf = (destination: string): URL => (destination === '' ? own : webhookUrl(destination, allowed));

  async function reach(
    url: URL,
    signal: AbortSignal,
    work: (addresses: readonly string[], attempted: string, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    // Nothing behind the host: paths and queries of receivers are often their secret.
    const attempted = `Send to the webhook at ${url.host}`;
    try {
      await withinTime(attempted, settings.channelTimeoutMs, signal, async (within) => {
        const addresses = await checkedAddresses(url, attempted, { resolve, allowed });
        within.throwIfAborted();
        await work(addresses, attempted, within);
      });
    } catch (error) {
      signal.throwIfAborted();
      throw systemFailure(error, attempted, settings);
    }
  }

  return {
    kind: 'webhook',
    checkDestination: (destination) => void urlOf(destination),
    async deliver(letter, destination, { signal }) {
      const url = urlOf(destination);
      const body = JSON.stringify(payloadOf(letter));
      await reach(url, signal, async (addresses, attempted, within) => {
        const headers = {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Holdfast-Webhooks/1',
          // Of the attempt, so that a receiver may refuse what is old.
          ...signatureHeaders(keys, { id: letter.id, atMs: deps.clock(), body }),
        };
        const answer = await post(url, body, { headers, ca, addresses, signal: within });
        judge(answer, attempted, deps);
      });
    },
    async examine({ signal }) {
      await reach(own, signal, async (addresses, _attempted, within) => {
        const tls = own.protocol === 'https:' ? { ca } : null;
        const lookup = lookupOf(addresses);
        const socket = await connected({ host: hostOf(own), port: portOf(own), tls, lookup }, within);
        socket.destroy();
      });
    },
    async [Symbol.asyncDispose]() {},
  };
}

function keysOf({ secret, previousSecret }: WebhookConfig): Buffer[] {
  return Object.entries({ secret, previousSecret }).flatMap(([field, text]) => {
    if (text === undefined) return [];
    const key = signingKey(text);
    if (key) return [key];
    throw invalidField(field, 'a secret is “whsec_” and 24 to 64 bytes in base64');
  });
}

/** The payload that Standard Webhooks recommends: type, timestamp, data. */
function payloadOf({ id, kind, severity, at, count, subject, short, text, link }: Letter): object {
  return { type: kind, timestamp: timestamp(at), data: { id, severity, count, subject, short, text, link } };
}

/** Standard Webhooks: any 2xx is success, 410 ends the subscription, all else is tried again. */
export function judge(
  { status, retryAfter }: { readonly status: number; readonly retryAfter: string | undefined },
  attempted: string,
  { clock, settings }: Pick<Deps, 'clock' | 'settings'>,
): void {
  if (status >= 200 && status < 300) return;
  const detail = `it answered ${status}`;
  if (status === 410) throw refused({ attempted, detail: `${detail}: nobody receives here any more` });
  if (status >= 300 && status < 400) {
    const remedy = 'Redirects are not followed: give the address that it leads to.';
    throw unavailable({ attempted, detail, remedy }, settings.channelMendRetryMs);
  }
  throw unavailable({ attempted, detail }, retryAfterMs(retryAfter, clock()));
}
