import { errorFacts } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import type { JsonObject } from '../records/record-store.ts';
import type { PubSub } from './pub-sub.ts';

type Told = (message: JsonObject) => void;

interface Topic {
  readonly name: string;
  readonly subscriptions: Set<Subscription>;
}

/** A live connection has several, and there are thousands of them: an object of a class is the least that one costs. */
class Subscription implements Disposable {
  readonly told: Told;
  readonly #topic: Topic;
  readonly #topics: Map<string, Topic>;

  constructor(topics: Map<string, Topic>, topic: Topic, told: Told) {
    this.told = told;
    this.#topic = topic;
    this.#topics = topics;
  }

  [Symbol.dispose](): void {
    const { name, subscriptions } = this.#topic;
    subscriptions.delete(this);
    if (subscriptions.size === 0 && this.#topics.get(name) === this.#topic) this.#topics.delete(name);
  }
}

/** For a workspace with one server: a message is delivered before `publish` returns. */
export function inProcessPubSub({ log }: { readonly log: Log }): PubSub {
  const topics = new Map<string, Topic>();
  return {
    publish(name, message) {
      const topic = topics.get(name);
      if (!topic) return;
      // Whoever subscribes or leaves while it is told changes the set, not this round.
      for (const subscription of [...topic.subscriptions]) {
        if (!topic.subscriptions.has(subscription)) continue;
        try {
          subscription.told(message);
        } catch (error) {
          log.error({ ...errorFacts(error) }, 'A subscriber failed at a message');
        }
      }
    },
    subscribe(name, told) {
      const topic = topics.get(name) ?? { name, subscriptions: new Set() };
      topics.set(topic.name, topic);
      // The same function may listen twice.
      const subscription = new Subscription(topics, topic, told);
      topic.subscriptions.add(subscription);
      return subscription;
    },
    async [Symbol.asyncDispose]() {
      for (const { subscriptions } of topics.values()) subscriptions.clear();
      topics.clear();
    },
  };
}
