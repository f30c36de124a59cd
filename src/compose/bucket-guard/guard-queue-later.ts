/** The queue of the guard is read once the server runs: nobody waits for the SDK, and nothing is loaded without a queue. */
import { errorFacts } from '../../base/error-facts.ts';
import type { GuardQueueParts } from './guard-queue.ts';

/** Does nothing where no queue is named. */
export function startGuardQueue(parts: GuardQueueParts): AsyncDisposable {
  const { guardQueue: place } = parts.config;
  const start = async (): Promise<AsyncDisposable | null> => {
    try {
      return place === null ? null : await (await import('./guard-queue.ts')).startGuardQueueLoop({ ...parts, place });
    } catch (error) {
      parts.log.error(errorFacts(error), 'The queue of the guard is not read');
      return null;
    }
  };
  const loop = start();
  return {
    async [Symbol.asyncDispose]() {
      await (await loop)?.[Symbol.asyncDispose]();
    },
  };
}
