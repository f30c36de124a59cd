/** What this page knows of its session, for whatever asks the server in it. */
import { createStore } from '../store.ts';

/** True once an answer said that the session is over, until somebody logs in again. */
export const sessionEnded = createStore(false);

/** While the person ends or renews the session of this page: what the server says of the old one meanwhile is no news. */
export const changingSession = createStore(false);

/** A wrong password is a 401 as well and ends no session. */
export function noteSignedOut(body: unknown): void {
  if (changingSession.get()) return;
  const { code } = (body ?? {}) as { code?: string };
  if (code === 'session_invalid' || code === 'not_signed_in') sessionEnded.set(true);
}

/**
 * Fetches what is only read. While the session changes nothing is asked, and what is not answered yet is taken back and asked
 * again under the next one: the server may come to it when the old one is over already.
 */
export async function readInSession(url: string, init: RequestInit): Promise<Response> {
  const { signal } = init;
  for (;;) {
    if (changingSession.get()) await untilSettled(signal);
    const takenBack = new AbortController();
    const unsubscribe = changingSession.subscribe(() => {
      if (changingSession.get()) takenBack.abort();
    });
    const either = signal ? AbortSignal.any([signal, takenBack.signal]) : takenBack.signal;
    try {
      return await fetch(url, { ...init, signal: either });
    } catch (cause) {
      if (signal?.aborted || !takenBack.signal.aborted) throw cause;
    } finally {
      unsubscribe();
    }
  }
}

async function untilSettled(signal: AbortSignal | null | undefined): Promise<void> {
  if (signal?.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const unsubscribe = changingSession.subscribe(() => {
    if (!changingSession.get()) resolve();
  });
  const aborted = (): void => resolve();
  signal?.addEventListener('abort', aborted);
  await promise;
  unsubscribe();
  signal?.removeEventListener('abort', aborted);
}
