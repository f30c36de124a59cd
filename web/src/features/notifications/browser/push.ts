/** Web Push in this browser: switched on and off, and kept right while it is on. */
import { queryClient } from '../../../app/query-client.ts';
import { hasCode } from '../../../base/requests/problem.ts';
import { meOptions } from '../../accounts/api.ts';
import { deviceName } from '../../accounts/device-name.ts';
import { addPush, pushOptions, removePush } from '../api.ts';
import { ability, canBePushed } from './ability.ts';
import { choiceOf, keepChoice } from './choice.ts';
import { openWorker } from './worker.ts';

/** Throws `ApiError`, and what the browser throws: `NotAllowedError`, or `AbortError` where it reaches no push service. */
export async function switchPushOn(accountId: string): Promise<void> {
  const registration = await openWorker();
  if (!registration) throw new DOMException('There is no service worker', 'NotSupportedError');
  const { publicKey } = await queryClient.query({ ...pushOptions, staleTime: 0 });
  let subscription = await registration.pushManager.getSubscription();
  // One of another server key, as after a move to new records, wakes nobody.
  if (subscription && keyOf(subscription) !== publicKey) {
    await subscription.unsubscribe();
    subscription = null;
  }
  const options = { userVisibleOnly: true, applicationServerKey: publicKey };
  const { endpoint } = (subscription ??= await registration.pushManager.subscribe(options));
  const subscriptionId = await addPush({ endpoint, device: deviceName(navigator.userAgent) });
  const { sessionId } = (await queryClient.query(meOptions)).session;
  keepChoice({ ...choiceOf(accountId), push: { subscriptionId, endpoint, sessionId } });
  await queryClient.invalidateQueries(pushOptions);
}

/** Also where the server cannot be asked: the browser gives its address up first. */
export async function switchPushOff(accountId: string): Promise<void> {
  const { push } = choiceOf(accountId);
  await forgetPush(accountId);
  try {
    if (push) await removePush(push.subscriptionId);
  } catch (error) {
    // Another browser was faster.
    if (!hasCode(error, 'push_subscription_not_found')) throw error;
  }
  await queryClient.invalidateQueries(pushOptions);
}

async function forgetPush(accountId: string): Promise<void> {
  await dropSubscription();
  keepChoice({ ...choiceOf(accountId), push: null });
}

/**
 * At every start: whoever switched it on is told after a new login too, and under a new address of the browser. What was
 * stopped from another browser stays so.
 */
export async function keepPushRight(accountId: string): Promise<void> {
  if (ability() !== 'granted' || !canBePushed()) return;
  const { push } = choiceOf(accountId);
  if (!push) {
    // Of somebody else, who was logged in here before.
    await dropSubscription();
    return;
  }
  const { publicKey, subscriptions } = await queryClient.query({ ...pushOptions, staleTime: 0 });
  const registration = await openWorker();
  const subscription = await registration?.pushManager.getSubscription();
  const isKnown = subscriptions.some(
    ({ subscriptionId, present }) => present && subscriptionId === push.subscriptionId,
  );
  const isUnchanged = subscription?.endpoint === push.endpoint && keyOf(subscription) === publicKey;
  if (isKnown && isUnchanged) return;
  const { sessionId } = (await queryClient.query(meOptions)).session;
  // It ends with its login or its address; both are still there, so that somebody took it from the list.
  if (isUnchanged && sessionId === push.sessionId) await forgetPush(accountId);
  else await switchPushOn(accountId);
}

/** Nothing is pushed to this browser any more, whoever is logged in. */
export async function dropSubscription(): Promise<void> {
  if (ability() !== 'granted' || !canBePushed()) return;
  const registration = await openWorker();
  const subscription = await registration?.pushManager.getSubscription();
  await subscription?.unsubscribe();
}

function keyOf({ options: { applicationServerKey } }: PushSubscription): string | null {
  if (!applicationServerKey) return null;
  const text = btoa(String.fromCharCode(...new Uint8Array(applicationServerKey)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
