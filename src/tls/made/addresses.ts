/** IP addresses in the forms that certificates and challenges carry them in. */
import { isIP, isIPv4, SocketAddress } from 'node:net';

/** 4 or 16 bytes, for a certificate. */
export function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  return Buffer.from(groupsOf(address).join(''), 'hex');
}

/** The name that a certificate authority asks an address for (RFC 8738 section 6): that of the reverse look-up. */
export function reverseName(address: string): string {
  if (isIPv4(address)) return `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
  return `${groupsOf(address).join('').split('').toReversed().join('.')}.ip6.arpa`;
}

/** The one way of writing it (RFC 5952); names come back as they are. */
export function plainName(name: string): string {
  const family = isIP(name);
  if (family === 0) return name.toLowerCase();
  return new SocketAddress({ address: name, family: family === 6 ? 'ipv6' : 'ipv4' }).address;
}

/** Eight groups of four digits each. */
function groupsOf(address: string): string[] {
  // An IPv4 address at the end stands for two groups.
  const text = address.replace(/[0-9.]+$/, (tail) => {
    if (!isIPv4(tail)) return tail;
    const hex = Buffer.from(tail.split('.').map(Number)).toString('hex');
    return `${hex.slice(0, 4)}:${hex.slice(4)}`;
  });
  const [head = '', tail] = text.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const between = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...between, ...after].map((group) => group.padStart(4, '0'));
}
