import type { WebSocketPeer } from '../base/http/web-socket.ts';
import type { LiveMessage } from './wire.ts';

export interface Outgoing extends Disposable {
  /** Returns at once; see the limits below. */
  tell(message: LiveMessage): void;
}

export interface OutgoingLimits {
  readonly maxQueued: number;
  readonly gatherMs: number;
}

/**
 * What waits for one client, in bounded memory however slow it is: equal messages wait as one, and when too many
 * different ones wait, `resync` takes the place of all of them. One that does not read at all answers no ping either,
 * and is ended for that.
 */
export function openOutgoing(peer: Pick<WebSocketPeer, 'send'>, limits: OutgoingLimits): Outgoing {
  return new Waiting(peer, limits);
}

const RESYNC = JSON.stringify({ type: 'resync' } satisfies LiveMessage);

/** A class, and nothing in it before there is something to tell: a server holds thousands that have nothing to say. */
class Waiting implements Outgoing {
  readonly #peer: Pick<WebSocketPeer, 'send'>;
  readonly #limits: OutgoingLimits;
  #texts: Set<string> | null = null;
  #gathering: NodeJS.Timeout | null = null;
  #isSending = false;
  #hasEnded = false;

  constructor(peer: Pick<WebSocketPeer, 'send'>, limits: OutgoingLimits) {
    this.#peer = peer;
    this.#limits = limits;
  }

  tell(message: LiveMessage): void {
    if (this.#hasEnded) return;
    const texts = (this.#texts ??= new Set());
    if (message.type !== 'pong' && texts.has(RESYNC)) return;
    if (texts.size >= this.#limits.maxQueued) {
      texts.clear();
      texts.add(RESYNC);
    } else texts.add(JSON.stringify(message));
    if (!this.#isSending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    try {
      while (this.#texts && !this.#hasEnded) {
        const texts = this.#texts;
        this.#texts = null;
        for (const text of texts) await this.#peer.send(text);
        if (this.#limits.gatherMs > 0 && !this.#hasEnded) await this.#gather();
      }
    } catch {
      // The connection ended, which whoever owns it hears elsewhere.
      this[Symbol.dispose]();
    }
    this.#isSending = false;
  }

  #gather(): Promise<void> {
    return new Promise((resolve) => {
      this.#gathering = setTimeout(() => {
        this.#gathering = null;
        resolve();
      }, this.#limits.gatherMs).unref();
    });
  }

  [Symbol.dispose](): void {
    this.#hasEnded = true;
    this.#texts = null;
    if (this.#gathering) clearTimeout(this.#gathering);
    this.#gathering = null;
  }
}
