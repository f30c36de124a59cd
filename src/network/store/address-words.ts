import { isIPv4, isIPv6 } from 'node:net';
import { ipv4Text, ipv6Text } from '../records/addresses.ts';

/** An address as four words of 32 bits, as `Packet` has them; IPv4 in the first. */
export interface AddressWords {
  readonly isVersion6: boolean;
  readonly words: readonly [number, number, number, number];
}

/** However it is spelt; `null`: it is none. A zone (`%eth0`) is part of no address that crossed the wire. */
export function addressWords(text: string): AddressWords | null {
  if (isIPv4(text)) return { isVersion6: false, words: [version4(text), 0, 0, 0] };
  if (!isIPv6(text) || text.includes('%')) return null;
  const [head = '', tail] = withoutDots(text).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
  const word = (at: number): number =>
    ((Number.parseInt(groups[at] ?? '0', 16) << 16) | Number.parseInt(groups[at + 1] ?? '0', 16)) >>> 0;
  return { isVersion6: true, words: [word(0), word(2), word(4), word(6)] };
}

/** As records spell it. */
export function addressText({ isVersion6, words: [a, b, c, d] }: AddressWords): string {
  return isVersion6 ? ipv6Text(a, b, c, d) : ipv4Text(a);
}

/** However it is spelt, as records and programs spell it; what is no address stays as it is. */
export function shortestAddress(text: string): string {
  const words = addressWords(text);
  return words === null ? text : addressText(words);
}

function version4(text: string): number {
  return text.split('.').reduce((word, part) => word * 256 + Number(part), 0);
}

/** `::ffff:192.0.2.1` with its last two groups in hex. */
function withoutDots(text: string): string {
  const at = text.lastIndexOf(':') + 1;
  if (!text.includes('.')) return text;
  const word = version4(text.slice(at));
  return `${text.slice(0, at)}${Math.floor(word / 65_536).toString(16)}:${(word % 65_536).toString(16)}`;
}
