import { hasCode } from '../../../base/requests/problem.ts';

/** As long as a server may take to notice that a line broke, and to take back what came over it. */
const PAUSES_MS = [250, 1000, 4000, 8000] as const;

/**
 * Repeats what is refused because the try before it, whose line broke, is still being ended (`idempotency_in_progress`); gives up
 * after the last pause. Throws what `send` throws, and the signal's reason.
 */
export async function afterFormerTry<Sent>(send: () => Promise<Sent>, signal: AbortSignal): Promise<Sent> {
  for (let refusals = 0; ; refusals += 1) {
    try {
      return await send();
    } catch (error) {
      const pause = PAUSES_MS[refusals];
      if (signal.aborted || pause === undefined || !hasCode(error, 'idempotency_in_progress')) throw error;
      await waited(pause, signal);
    }
  }
}

function waited(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    const aborted = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', aborted, { once: true });
  });
}
