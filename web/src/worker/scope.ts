/** What a service worker finds around it (W3C Service Workers, Push API, Notifications), as far as ours uses it. */

interface LastingEvent extends Event {
  /** Keeps the worker alive until this is done. */
  waitUntil(work: Promise<unknown>): void;
}

export interface ClickEvent extends LastingEvent {
  readonly notification: Notification;
}

/** A tab or window of ours. */
export interface WindowOfOurs {
  readonly focused: boolean;
  readonly visibilityState: 'visible' | 'hidden';
  focus(): Promise<WindowOfOurs>;
  postMessage(message: WorkerMessage, transfer: []): void;
}

export interface WorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly location: { readonly origin: string };
  readonly navigator: { readonly userAgent: string };
  readonly clients: {
    matchAll(options: { readonly type: 'window' }): Promise<readonly WindowOfOurs[]>;
    openWindow(path: string): Promise<WindowOfOurs | null>;
    claim(): Promise<void>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(
    type: 'install' | 'activate' | 'push' | 'pushsubscriptionchange',
    listener: (event: LastingEvent) => void,
  ): void;
  addEventListener(type: 'notificationclick', listener: (event: ClickEvent) => void): void;
}

/** What the worker says to a page. */
export type WorkerMessage = {
  readonly type: 'open';
  /** Below our own address. */
  readonly path: string;
};
