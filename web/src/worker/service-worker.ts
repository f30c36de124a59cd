/**
 * Runs beside the pages, and while there are none: shows what a push is about, and leads a click to its page. It answers no
 * request of a page and stores nothing, so that nothing of anybody stays behind in the browser.
 */
import type { NoticesReply, PushReply, PushRequest } from '../../../src/notifications/wire.ts';
import type { RoomsReply } from '../../../src/chat/wire.ts';
import { deviceName } from '../features/accounts/device-name.ts';
import type { ClickEvent, WindowOfOurs, WorkerScope } from './scope.ts';
import { isAboutChat, type Shown, whatToShow, withoutNews } from './what-to-show.ts';

const worker = globalThis as unknown as WorkerScope;

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('push', (event) => event.waitUntil(tell()));
worker.addEventListener('notificationclick', (event) => event.waitUntil(follow(event)));
worker.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(subscribeAnew()));

async function tell(): Promise<void> {
  const windows = await worker.clients.matchAll({ type: 'window' });
  // Who looks at the app sees it there.
  if (windows.some(({ focused }) => focused)) return;
  const { title, body, tag, path } = await news();
  const options = { body, tag, renotify: true, icon: '/icon-192.png', badge: '/badge-96.png', data: { path } };
  await worker.registration.showNotification(title, options);
}

async function news(): Promise<Shown> {
  try {
    const { notices, unread } = await ask<NoticesReply>('/notices?unread=true&limit=5');
    const [newest] = notices;
    const rooms = newest && isAboutChat(newest) ? await ask<RoomsReply>('/chat/rooms').catch(() => null) : null;
    return whatToShow(notices, unread, rooms?.rooms ?? []);
  } catch (error) {
    return withoutNews(error instanceof Refused && error.status === 401);
  }
}

async function follow({ notification }: ClickEvent): Promise<void> {
  notification.close();
  const { path } = (notification.data ?? {}) as { readonly path?: string };
  const to = URL.parse(path ?? '/', worker.location.origin);
  const own = to?.origin === worker.location.origin ? `${to.pathname}${to.search}` : '/';
  const windows = await worker.clients.matchAll({ type: 'window' });
  const best = windows.find(isInSight) ?? windows[0];
  if (!best) {
    await worker.clients.openWindow(own);
    return;
  }
  best.postMessage({ type: 'open', path: own }, []);
  await best.focus();
}

function isInSight({ visibilityState }: WindowOfOurs): boolean {
  return visibilityState === 'visible';
}

/** The browser dropped its address at the push service, or has another one now. */
async function subscribeAnew(): Promise<void> {
  const { publicKey } = await ask<PushReply>('/notices/push');
  const options = { userVisibleOnly: true, applicationServerKey: publicKey };
  const { endpoint } = await worker.registration.pushManager.subscribe(options);
  const json: PushRequest = { endpoint, device: deviceName(worker.navigator.userAgent) };
  await ask('/notices/push', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(json),
  });
}

class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  constructor(status: number) {
    super(`The server answered ${status}`);
    this.status = status;
  }
}

/** Throws {@link Refused}, and whatever fetch throws. */
async function ask<Reply>(path: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(`/api/v1${path}`, { credentials: 'same-origin', cache: 'no-store', ...init });
  if (!response.ok) throw new Refused(response.status);
  return (await response.json()) as Reply;
}
