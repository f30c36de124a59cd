import { errorFacts } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import type { JsonObject } from '../records/record-store.ts';
import type { PubSub } from './pub-sub.ts';

type Listener = (message: JsonObject) => void;

/** For a workspace with one server: a message is delivered before `publish` returns. */
export function inProcessPubSub({ log }: { readonly log: Log }): PubSub {
  const topics = new Map<string, Set<Listener>>();
  return {
    publish(topic, message) {
      // Whoever subscribes or leaves while it is told changes the set, not this round.
      for (const listener of [...(topics.get(topic) ?? [])]) {
        if (!topics.get(topic)?.has(listener)) continue;
        try {
          listener(message);
        } catch (error) {
          log.error({ ...errorFacts(error) }, 'A subscriber failed at a message');
        }
      }
    },
    subscribe(topic, told) {
      // The same function may listen twice.
      const listener: Listener = (message) => told(message);
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners.add(listener));
      return {
        [Symbol.dispose]() {
          listeners.delete(listener);
          if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      topics.clear();
    },
  };
}
