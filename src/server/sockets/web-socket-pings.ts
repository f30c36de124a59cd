import type { WebSocket } from 'ws';

/**
 * Pings (RFC 6455 section 5.5.2) all connections, each once in `everyMs`, and ends one that has not answered the last when
 * the next is due. They take turns on one timer: a timer for each costs more memory than all else about an idle one.
 */
export interface Pings extends Disposable {
  /** From now on until it is closed. */
  add(webSocket: WebSocket): void;
}

/** Parts of a round, so that thousands are not pinged at once. */
const TURNS = 16;

export function openPings(everyMs: number): Pings {
  const turns = Array.from({ length: TURNS }, () => new Set<WebSocket>());
  /** They were pinged and have not answered. */
  const silent = new Set<WebSocket>();
  const turnOf = new WeakMap<WebSocket, Set<WebSocket>>();
  let now = 0;
  let timer: NodeJS.Timeout | undefined;

  const next = (): void => {
    now = (now + 1) % TURNS;
    for (const webSocket of turns[now] ?? []) {
      if (silent.has(webSocket)) webSocket.terminate();
      else {
        silent.add(webSocket);
        webSocket.ping();
      }
    }
  };
  // The same functions for all of them: they are called with the connection as `this`.
  function answered(this: WebSocket): void {
    silent.delete(this);
  }
  function closed(this: WebSocket): void {
    silent.delete(this);
    turnOf.get(this)?.delete(this);
  }

  return {
    add(webSocket) {
      timer ??= setInterval(next, Math.max(1, Math.floor(everyMs / TURNS))).unref();
      // The turn that was last comes again when a whole round is over.
      const turn = turns[now] as Set<WebSocket>;
      turn.add(webSocket);
      turnOf.set(webSocket, turn);
      webSocket.on('pong', answered);
      webSocket.on('close', closed);
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      for (const turn of turns) turn.clear();
      silent.clear();
    },
  };
}
