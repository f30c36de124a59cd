/** One place (an IPv4 address, an IPv6 /64) may have so many connections, so that it cannot take them all. */
import type { Socket } from 'node:net';
import { type Networks, placeOf } from '../../base/http/addresses.ts';
import type { Log } from '../../base/log.ts';

export interface ConnectionLimit {
  readonly limit: number;
  /** Trusted proxies: everybody comes from there. */
  readonly exempt: Networks;
  readonly log: Log;
}

const TELL_EVERY_MS = 60_000;

/** Counts a connection, or closes it when its place has as many as it may. To be told of every one, of all servers. */
export function limitPerPlace({ limit, exempt, log }: ConnectionLimit): (socket: Socket) => void {
  const open = new Map<string, number>();
  let toldMs = -TELL_EVERY_MS;
  return (socket) => {
    const address = socket.remoteAddress;
    if (address === undefined || exempt(address)) return;
    const place = placeOf(address);
    const before = open.get(place) ?? 0;
    if (before >= limit) {
      socket.destroy();
      if (performance.now() - toldMs < TELL_EVERY_MS) return;
      toldMs = performance.now();
      log.warn({ limit }, 'One address has as many connections as it may; further ones of it are closed');
      return;
    }
    open.set(place, before + 1);
    socket.once('close', () => {
      const now = (open.get(place) ?? 1) - 1;
      if (now === 0) open.delete(place);
      else open.set(place, now);
    });
  };
}
