/** The pair in use with those who listen to it: what all kinds of sources have in common. */
import type { CertificateFacts, CertificatePair } from './certificate-pair.ts';

export interface ServedPair {
  readonly current: CertificatePair;
  readonly facts: CertificateFacts;
  replace(pair: CertificatePair, facts: CertificateFacts): void;
  onChange(listener: (pair: CertificatePair) => void): Disposable;
}

export function servedPair(pair: CertificatePair, facts: CertificateFacts): ServedPair {
  let now = { pair, facts };
  const listeners = new Set<(pair: CertificatePair) => void>();
  return {
    get current() {
      return now.pair;
    },
    get facts() {
      return now.facts;
    },
    replace(next, nextFacts) {
      now = { pair: next, facts: nextFacts };
      for (const listener of listeners) listener(next);
    },
    onChange(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
}
