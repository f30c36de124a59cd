/** The guard of the workspace's own buckets is loaded some time after the start, so that nobody waits for it. */
import type { OwnStoresParts } from './own-stores.ts';

/** Does nothing where no store is a bucket. */
export function startOwnStoresGuard(parts: OwnStoresParts): AsyncDisposable {
  const { config, settings } = parts;
  let loop: Promise<AsyncDisposable> | null = null;
  const start = async (): Promise<AsyncDisposable> => (await import('./own-stores.ts')).startOwnStoresLoop(parts);
  const hasBucket = config.objects.kind === 's3' || config.backup.kind === 's3';
  const timer = hasBucket
    ? setTimeout(() => {
        loop = start();
      }, settings.ownBucketsFirstMs).unref()
    : null;
  return {
    async [Symbol.asyncDispose]() {
      if (timer) clearTimeout(timer);
      await (await loop)?.[Symbol.asyncDispose]();
    },
  };
}
