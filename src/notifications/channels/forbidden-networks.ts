/** Addresses that a request for somebody else must never reach: this machine, its neighbours, the cloud's own services. */
import { isIPv4, isIPv6 } from 'node:net';
import { type Networks, parseNetworks, plainAddress } from '../../base/http/addresses.ts';

/** IANA's registry of special-purpose IPv4 addresses, and what clouds keep to themselves among the public ones. */
const IPV4 = [
  '0.0.0.0/8', // this network: on Linux another name of this machine
  '10.0.0.0/8',
  '100.64.0.0/10', // behind a carrier; Alibaba's metadata is among them
  '127.0.0.0/8',
  '168.63.129.16/32', // Azure's own services
  '169.254.0.0/16', // link-local; the metadata of AWS, Google and others
  '172.16.0.0/12',
  '192.0.0.0/24', // protocols; Oracle's metadata is among them
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // relays of 6to4
  '192.168.0.0/16',
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
] as const;

/** Of IPv6 only this is given out for the Internet; loopback, local, mapped and translated addresses lie outside of it. */
const IPV6_GLOBAL = '2000::/3';
const IPV6 = [
  '2001::/23', // protocols; Teredo carries an IPv4 address inside
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4, an IPv4 address inside
  '3fff::/20', // documentation
] as const;

let networks: { readonly special: Networks; readonly global: Networks } | undefined;

/** Read when the first address is asked about, because Node takes 8 ms to get ready for reading IPv6. */
function known(): NonNullable<typeof networks> {
  return (networks ??= {
    special: parseNetworks([...IPV4, ...IPV6]).includes,
    global: parseNetworks([IPV6_GLOBAL]).includes,
  });
}

/** True for whatever is not plainly a public address, and for what is no address. */
export const isForbidden: Networks = (address) => {
  if (address === undefined) return true;
  const { special, global } = known();
  // A mapped address reaches what it maps to, and has no place in an answer of DNS.
  if (isIPv6(address)) return !global(address) || special(address) || plainAddress(address) !== address.toLowerCase();
  return !isIPv4(address) || special(address);
};
