import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocketPeer } from '../base/http/web-socket.ts';
import type { LiveMessage } from './wire.ts';

export interface Outgoing extends Disposable {
  /** Returns at once; see the limits below. */
  tell(message: LiveMessage): void;
}

/**
 * What waits for one client, in bounded memory however slow it is: equal messages wait as one, and when too many
 * different ones wait, `resync` takes the place of all of them. One that does not read at all answers no ping either,
 * and is ended for that.
 */
export function openOutgoing(
  peer: Pick<WebSocketPeer, 'send'>,
  { maxQueued, gatherMs }: { readonly maxQueued: number; readonly gatherMs: number },
): Outgoing {
  const waiting = new Set<string>();
  const ended = new AbortController();
  const resync = JSON.stringify({ type: 'resync' } satisfies LiveMessage);
  let sending = false;

  const send = async (): Promise<void> => {
    sending = true;
    try {
      while (waiting.size > 0 && !ended.signal.aborted) {
        const texts = [...waiting];
        waiting.clear();
        for (const text of texts) await peer.send(text);
        if (gatherMs > 0) await pause(gatherMs, undefined, { signal: ended.signal, ref: false });
      }
    } catch {
      // The connection ended, which whoever owns it hears elsewhere.
      ended.abort();
      waiting.clear();
    }
    sending = false;
  };

  return {
    tell(message) {
      if (ended.signal.aborted || (message.type !== 'pong' && waiting.has(resync))) return;
      if (waiting.size >= maxQueued) {
        waiting.clear();
        waiting.add(resync);
      } else waiting.add(JSON.stringify(message));
      if (!sending) void send();
    },
    [Symbol.dispose]() {
      ended.abort();
      waiting.clear();
    },
  };
}
