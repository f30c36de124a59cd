/** Hosts, ports and networks as they stand in headers and settings. */
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

export interface HostAndPort {
  /** Lower case, an IPv6 address without its brackets, no dot at the end. */
  readonly host: string;
  /** `null` when none was given. */
  readonly port: number | null;
}

/** Reads a Host header (RFC 9110 section 7.2). `null`: not a host. */
export function parseHost(text: string): HostAndPort | null {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]{1,253}))(?::([0-9]{1,5}))?$/.exec(text);
  if (!parts) return null;
  const port = parts[3] === undefined ? null : Number(parts[3]);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  if (parts[1] !== undefined) return isIPv6(parts[1]) ? { host: parts[1].toLowerCase(), port } : null;
  return { host: (parts[2] ?? '').toLowerCase().replace(/\.$/, ''), port };
}

/** `127.0.0.0/8`, `::1` and the name `localhost`. */
export function isLoopback(host: string): boolean {
  const plain = plainAddress(host);
  return plain === 'localhost' || plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

/** An IPv4 address as a dual-stack socket tells it (`::ffff:10.0.0.1`) in its usual form; zone ids are dropped. */
export function plainAddress(address: string): string {
  const bare = address.replace(/%.*$/, '').toLowerCase();
  return bare.startsWith('::ffff:') && isIPv4(bare.slice(7)) ? bare.slice(7) : bare;
}

/** The subscriber behind an address: an IPv4 address itself, of IPv6 the /64, which one subscriber has all of. */
export function placeOf(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail ? tail.split(':') : [];
  const left =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0');
  const network = [...groups, ...left, ...rest].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}

/** The host part of a URL: IPv6 in brackets. */
export function hostInUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** A list of networks to ask about addresses. */
export type Networks = (address: string | undefined) => boolean;

/** Reads addresses and CIDR ranges. Returns the entries that are neither as `wrong`. */
export function parseNetworks(entries: readonly string[]): { readonly includes: Networks; readonly wrong: string[] } {
  const list = new BlockList();
  const wrong: string[] = [];
  for (const entry of entries) {
    const [address = '', bits, ...rest] = entry.split('/');
    const family = isIP(address);
    const widest = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? widest : /^[0-9]{1,3}$/.test(bits) ? Number(bits) : -1;
    if (family === 0 || rest.length > 0 || prefix < 0 || prefix > widest) wrong.push(entry);
    else list.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
  }
  const includes: Networks = (address) => {
    if (address === undefined) return false;
    const plain = plainAddress(address);
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  };
  return { includes, wrong };
}
