/** Asking a store, and what its answers and refusals mean as facts. */
import type { BucketsSettings } from '../../settings.ts';
import { known, unread, type Fact } from '../fact.ts';
import type { Clients } from './clients.ts';
import { refusalOf, refusalText } from '../../../base/aws/sdk-refusal.ts';
import { unreadReasonOf } from './refusal.ts';

/** Everything that asks needs. */
export interface Asking {
  readonly clients: Clients;
  readonly settings: BucketsSettings;
  /** Resolves with what the store answered; throws what the last attempt threw. */
  readonly ask: <Answer>(request: () => Promise<Answer>, signal?: AbortSignal) => Promise<Answer>;
}

/** What was answered, or why nothing was. Only what is no answer of a store is thrown. */
export async function asFact<Value>(read: () => Promise<Value>): Promise<Fact<Value>> {
  try {
    return known(await read());
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal || refusal.name === 'AbortError') throw error;
    return unread(unreadReasonOf(refusal), refusalText(refusal));
  }
}

export function signalOption(signal: AbortSignal | undefined): { readonly abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}
