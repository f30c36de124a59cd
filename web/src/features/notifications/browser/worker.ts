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

/** `go`: somebody clicked what was shown, and it leads there. */
export function followWorker(go: (path: string) => void): Disposable {
  const workers = container();
  const hear = ({ data }: MessageEvent<WorkerMessage>): void => {
    if (data.type === 'open') go(data.path);
  };
  workers?.addEventListener('message', hear);
  // Without it nobody is told while the app is closed; the settings say so.
  openWorker().catch(() => undefined);
  return { [Symbol.dispose]: () => workers?.removeEventListener('message', hear) };
}
