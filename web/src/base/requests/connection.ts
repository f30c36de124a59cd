/** The one connection over which the server tells what is new, for features that speak over it beside its hints. */
import { createStore } from '../store.ts';

/** Counts how often the line to the server came back after it had gone; what waited for it goes on then. */
export const reconnections = createStore(0);

/** `connecting`: for the first time; `lost`: it was there, or could not be made, and is tried again. */
export const lineState = createStore<'connecting' | 'open' | 'lost'>('connecting');

export type Frame = { readonly type: string };

let carry: ((text: string) => void) | null = null;
let tryAgain: (() => void) | null = null;
const hearers = new Map<string, Set<(frame: Frame) => void>>();

/** False when there is no connection: say it again when {@link lineState} is open. */
export function speak(message: Frame & Readonly<Record<string, unknown>>): boolean {
  carry?.(JSON.stringify(message));
  return carry !== null;
}

/** Hears frames of one type until what it answers is called. */
export function hear(type: string, hearer: (frame: Frame) => void): () => void {
  const those = hearers.get(type) ?? new Set();
  hearers.set(type, those.add(hearer));
  return () => void those.delete(hearer);
}

/** Does not wait for the next attempt; does nothing while there is a connection. */
export function connectNow(): void {
  tryAgain?.();
}

/** For whoever owns the connection. */
export const line = {
  opened(send: (text: string) => void): void {
    carry = send;
    lineState.set('open');
  },
  /** `again`: tries at once. */
  lost(again: () => void): void {
    carry = null;
    tryAgain = again;
    lineState.set('lost');
  },
  ended(): void {
    carry = null;
    tryAgain = null;
    lineState.set('connecting');
  },
  told(frame: Frame): void {
    for (const hearer of hearers.get(frame.type) ?? []) hearer(frame);
  },
};
