/** The service worker of this app, as a page sees it. */
import type { WorkerMessage } from '../../../worker/scope.ts';

/** Undefined on plain HTTP, whatever the types say. */
const container = (): ServiceWorkerContainer | undefined => navigator.serviceWorker;

/** `null` where the browser has none for this page. Throws what the browser throws when it cannot be loaded. */
export async function openWorker(): Promise<ServiceWorkerRegistration | null> {
  const workers = container();
  if (!workers) return null;
  await workers.register('/service-worker.js', { scope: '/', updateViaCache: 'none' });
  return await workers.ready;
}

let follow: ((path: string) => void) | null = null;
/** Where a click led before there was anything to go there with: the app was still being loaded, or nobody was logged in. */
let clicked: string | null = null;

// From the start, because what is not heard is not said again.
container()?.addEventListener('message', ({ data }: MessageEvent<WorkerMessage>): void => {
  if (data.type !== 'open') return;
  if (follow) follow(data.path);
  else clicked = data.path;
});

/** `go`: somebody clicked what was shown, and it leads there. */
export function followWorker(go: (path: string) => void): Disposable {
  follow = go;
  if (clicked !== null) go(clicked);
  clicked = null;
  // Without it nobody is told while the app is closed; the settings say so.
  openWorker().catch(() => undefined);
  return {
    [Symbol.dispose]() {
      follow = null;
    },
  };
}
