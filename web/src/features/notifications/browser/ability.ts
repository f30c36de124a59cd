import { openWorker } from './worker.ts';

/**
 * What this browser can do for this page. `insecure`: it shows nothing for pages that came over plain HTTP. `never`: it
 * cannot show anything at all. `denied`: somebody told it not to.
 */
export type Ability = 'insecure' | 'never' | 'denied' | 'ask' | 'granted';

export function ability(): Ability {
  if (!globalThis.isSecureContext) return 'insecure';
  if (!('Notification' in globalThis) || !('serviceWorker' in navigator)) return 'never';
  return Notification.permission === 'default' ? 'ask' : Notification.permission;
}

/** Whether it can be woken while no tab is open. */
export function canBePushed(): boolean {
  return 'PushManager' in globalThis;
}

/** Call it in a click: browsers let nobody ask before. */
export async function askToShow(): Promise<boolean> {
  return (await Notification.requestPermission()) === 'granted';
}

export interface Note {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly path: string;
}

/** `number` grows with what is told under one tag: what another tab told already is not told again. */
export async function show({ title, body, tag, path }: Note, number: number): Promise<void> {
  const registration = await openWorker();
  if (!registration || Notification.permission !== 'granted') return;
  // One tab after the other, so that the second sees what the first has shown.
  await navigator.locks.request('holdfast-showing', async () => {
    const shown = await registration.getNotifications({ tag });
    const isTold = shown.some(({ data }) => ((data as { number?: number } | null)?.number ?? -1) >= number);
    if (isTold) return;
    const options = { body, tag, renotify: true, icon: '/icon-192.png', badge: '/badge-96.png' };
    await registration.showNotification(title, { ...options, data: { path, number } });
  });
}

export async function takeBack(tag: string): Promise<void> {
  if (ability() !== 'granted') return;
  const registration = await openWorker();
  for (const shown of (await registration?.getNotifications({ tag })) ?? []) shown.close();
}
