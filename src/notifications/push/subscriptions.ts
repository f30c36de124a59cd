/** Browsers in which somebody wants to be told, each known by the endpoint that its push service gave it (RFC 8030). */
import type { Networks } from '../../base/http/addresses.ts';
import { newId } from '../../base/ids.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { webhookUrl } from '../channels/webhook-address.ts';
import { notificationErrors } from '../errors.ts';
import { keys, PUSH_CHANNEL, type PushEndpointRow, type PushRow, pushOf } from '../records.ts';
import { type Actor, noted, type RuleDeps } from '../rules/acts.ts';
import { changePreferences, type Preferences } from '../rules/preferences.ts';

export interface PushDeps extends RuleDeps {
  readonly allowedNetworks: Networks;
}

export interface Subscription {
  readonly subscriptionId: string;
  readonly endpoint: string;
  /** What the person calls the browser. */
  readonly device: string;
  /** The login that asked for it, with which it ends. */
  readonly sessionId: string;
  readonly madeMs: number;
}

type Content = Pick<Subscription, 'endpoint' | 'device' | 'sessionId'>;

export async function listSubscriptions(
  { records, vault }: Pick<PushDeps, 'records' | 'vault'>,
  accountId: string,
): Promise<Subscription[]> {
  const { items } = await records.query<PushRow>(pushOf(accountId), { limit: 1000 });
  return items.flatMap(({ sk: subscriptionId, value: { sealed, madeMs } }) => {
    const content = vault.open<Content>(['push', accountId, subscriptionId], sealed);
    return content ? [{ subscriptionId, madeMs, ...content }] : [];
  });
}

/**
 * From now on notices wake this browser. The same endpoint again is the same subscription; whoever had it before, in the
 * same browser, is told there no more. Answers its id.
 * Throws `channel_destination_invalid`, `push_subscriptions_full`.
 */
export async function subscribe(
  deps: PushDeps,
  who: Actor,
  wanted: { readonly endpoint: string; readonly device: string },
): Promise<string> {
  const endpoint = webhookUrl(wanted.endpoint, deps.allowedNetworks).href;
  const { accountId, sessionId } = who;
  const place = keys.pushEndpoint(deps.vault.hash('push-endpoint', endpoint));
  let subscriptionId = newId();
  await changePreferences(deps, accountId, async (before) => {
    const item = await deps.records.get<PushEndpointRow>(place.pk, place.sk);
    const known = item?.value;
    const isOwn = known?.accountId === accountId;
    if (known && isOwn) subscriptionId = known.subscriptionId;
    const own = await listSubscriptions(deps, accountId);
    if (!isOwn && own.length >= deps.settings.pushSubscriptions) {
      throw notificationErrors('push_subscriptions_full', { attempted: 'Send notices to this browser' });
    }
    const madeMs = own.find((each) => each.subscriptionId === subscriptionId)?.madeMs ?? deps.clock();
    const content: Content = { endpoint, device: wanted.device, sessionId };
    const sealed = deps.vault.seal(['push', accountId, subscriptionId], content);
    const more: RecordOperation[] = [
      { op: 'put', ...keys.push(accountId, subscriptionId), value: { sealed, madeMs } },
      {
        op: 'put',
        ...place,
        value: { accountId, subscriptionId },
        if: item ? { revision: item.revision } : 'absent',
      },
    ];
    if (known && !isOwn) more.push({ op: 'delete', ...keys.push(known.accountId, known.subscriptionId) });
    if (!isOwn) more.push(...noted(deps, who, 'notice_push.added', { subscriptionId }));
    return { after: withAddress(before, accountId, deps.clock()), more };
  });
  return subscriptionId;
}

/** Throws `push_subscription_not_found`. */
export async function unsubscribe(deps: PushDeps, who: Actor, subscriptionId: string): Promise<void> {
  const own = await listSubscriptions(deps, who.accountId);
  const found = own.find((each) => each.subscriptionId === subscriptionId);
  if (!found) throw notificationErrors('push_subscription_not_found', { attempted: 'Send a browser no more notices' });
  await remove(deps, who.accountId, [found], noted(deps, who, 'notice_push.removed', { subscriptionId }));
}

/** Of the logins that ended, `null`: of all; their browsers are told nothing more. */
export async function unsubscribeSession(
  deps: PushDeps,
  { accountId, sessionId }: { readonly accountId: string; readonly sessionId: string | null },
): Promise<void> {
  const own = await listSubscriptions(deps, accountId);
  const ended = own.filter((each) => sessionId === null || each.sessionId === sessionId);
  if (ended.length > 0) await remove(deps, accountId, ended);
}

/** What its push service does not know any more. */
export async function forgetSubscription(deps: PushDeps, accountId: string, gone: Subscription): Promise<void> {
  await remove(deps, accountId, [gone]);
}

async function remove(
  deps: PushDeps,
  accountId: string,
  gone: readonly Subscription[],
  audited: readonly RecordOperation[] = [],
): Promise<void> {
  await changePreferences(deps, accountId, async (before) => {
    const left = (await listSubscriptions(deps, accountId)).filter(
      ({ subscriptionId }) => !gone.some((each) => each.subscriptionId === subscriptionId),
    );
    return {
      after: left.length > 0 ? before : withoutAddress(before),
      more: [
        ...gone.flatMap(({ subscriptionId, endpoint }): RecordOperation[] => [
          { op: 'delete', ...keys.push(accountId, subscriptionId) },
          { op: 'delete', ...keys.pushEndpoint(deps.vault.hash('push-endpoint', endpoint)) },
        ]),
        ...audited,
      ],
    };
  });
}

/** Its mailbox is one for all browsers of a person: each gets every push. */
function withAddress(before: Preferences, accountId: string, nowMs: number): Preferences {
  const address = { channelId: PUSH_CHANNEL, destination: accountId, confirmedMs: nowMs };
  const known = before.addresses.some(({ channelId }) => channelId === PUSH_CHANNEL);
  return known ? before : { ...before, addresses: [...before.addresses, address] };
}

function withoutAddress(before: Preferences): Preferences {
  return { ...before, addresses: before.addresses.filter(({ channelId }) => channelId !== PUSH_CHANNEL) };
}
