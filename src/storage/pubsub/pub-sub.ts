/**
 * Short-lived messages between the parts of a workspace, and later between its servers: hints that something changed.
 * At most once, kept nowhere: whoever must not miss a change looks for it from time to time.
 */
import type { JsonObject } from '../records/record-store.ts';

export interface PubSub extends AsyncDisposable {
  /**
   * Hands a message to everybody who subscribed to just this topic. Messages of one publisher on one topic arrive in
   * their order. It never fails and never waits for whoever listens: a message that cannot be delivered is lost.
   */
  publish(topic: string, message: JsonObject): void;
  /**
   * Calls `listener` for every message until the subscription is disposed. The listener must return at once and keep
   * only so much: bounding what waits for somebody slow is its business, and what it throws is logged.
   */
  subscribe(topic: string, listener: (message: JsonObject) => void): Disposable;
}
