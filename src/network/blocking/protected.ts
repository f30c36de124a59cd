import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { parseNetworks, plainAddress } from '../../base/http/addresses.ts';
import { gatewaysHere } from '../here/gateways.ts';
import { loggedInHere, type LoggedIn } from '../here/logged-in.ts';

/** What a block must not cut off. */
export interface Kept {
  readonly own: readonly string[];
  readonly gateways: readonly string[];
  readonly resolvers: readonly string[];
  readonly loggedIn: readonly LoggedIn[];
  /** The operator's own list: addresses and networks. */
  readonly never: readonly string[];
}

/** Of this computer, as it is now. */
export function keptHere(never: readonly string[]): Kept {
  return {
    own: Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => plainAddress(address))),
    gateways: gatewaysHere(),
    resolvers: resolversHere(),
    loggedIn: loggedInHere(),
    never,
  };
}

function resolversHere(): readonly string[] {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8')
      .split('\n')
      .flatMap((line) => /^nameserver\s+(\S+)/.exec(line)?.[1] ?? [])
      .map(plainAddress);
  } catch {
    return [];
  }
}

/** Networks that name no host somewhere else. */
const NOBODY = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
] as const) {
  NOBODY.addSubnet(network, bits);
}
for (const [network, bits] of [
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  NOBODY.addSubnet(network, bits, 'ipv6');

/** Why an address must not be blocked; `null`: it may be. `address` is a plain one. */
export function whyNotBlocked(address: string, kept: Kept): string | null {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (NOBODY.check(address, family)) return 'it is an address of no other host';
  const is = (other: string): boolean => sameAddress(address, other);
  if (kept.own.some(is)) return 'it is an address of this computer';
  if (kept.gateways.some(is)) return 'it is a gateway: without it nothing reaches this computer';
  if (kept.resolvers.some(is)) return 'names are asked for there (/etc/resolv.conf)';
  const session = kept.loggedIn.find((each) => is(each.address));
  if (session) return session.how;
  if (parseNetworks(kept.never).includes(address)) return 'HOLDFAST_NETWORK_NEVER_BLOCK names it';
  return null;
}

/** IPv6 can be written in many ways. */
function sameAddress(one: string, other: string): boolean {
  const [family, otherFamily] = [isIP(one), isIP(other)];
  if (family === 0 || family !== otherFamily) return false;
  if (family === 4) return one === other;
  const list = new BlockList();
  list.addAddress(other, 'ipv6');
  return list.check(one, 'ipv6');
}
