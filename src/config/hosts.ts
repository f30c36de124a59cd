import { parseHost } from '../base/http/addresses.ts';
import type { Mistake } from './store-url.ts';

/** Addresses to listen on; `null`: both loopback addresses, of which ::1 may be lacking. `what` is what mistakes call it. */
export function readHosts(what: string, text: string | undefined, mistake: Mistake): readonly string[] | null {
  if (text === undefined || text === 'localhost') return null;
  const hosts = text.split(',').map((entry) => entry.trim().replace(/^\[(.*)\]$/, '$1'));
  for (const host of hosts) {
    if (parseHost(host.includes(':') ? `[${host}]` : host) === null) mistake(`${what} “${host}” is not an address.`);
  }
  return hosts;
}
