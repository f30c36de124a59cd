import { ipv4Text, ipv6Text } from '../../records/addresses.ts';
import { be16, be32, MOST_TEXT, text } from '../text.ts';
import { readName } from './name.ts';

/** Of the message it stands in, for names that point elsewhere. */
interface Place {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Where the name stands that says all of a record: behind so many bytes. */
const NAMES_AT: Readonly<Record<number, number>> = { 2: 0, 5: 0, 6: 0, 12: 0, 39: 0, 15: 2, 33: 6 };

/** What a record says, as Zeek writes it: an address, the name it leads to, a text. `from`, `to`: of its data. */
export function answerText(place: Place, type: number, from: number, to: number): string {
  const { bytes, start, end } = place;
  if (type === 1 && to - from === 4) return ipv4Text(be32(bytes, from) | 0);
  if (type === 28 && to - from === 16) {
    const words = [0, 4, 8, 12].map((at) => be32(bytes, from + at) | 0);
    return ipv6Text(words[0]!, words[1]!, words[2]!, words[3]!);
  }
  const nameAt = NAMES_AT[type];
  if (nameAt !== undefined) return readName(bytes, start, end, from + nameAt)?.name ?? '<broken>';
  if (type === 16 || type === 99) return texts(bytes, from, to, type === 16 ? 'TXT' : 'SPF');
  if (type === 64 || type === 65) return service(place, from, to);
  if (type === 257) return authority(bytes, from, to);
  return `<unknown type=${type}>`;
}

/** RFC 1035, section 3.3.14. */
function texts(bytes: Uint8Array, from: number, to: number, kind: string): string {
  const parts: string[] = [];
  let size = 0;
  for (let at = from; at < to && size < MOST_TEXT; at += 1 + bytes[at]!) {
    const length = Math.min(bytes[at]!, to - at - 1);
    size += 8 + length;
    parts.push(`${kind} ${length} ${text(bytes, at + 1, at + 1 + length)}`);
  }
  return parts.join(' ');
}

/** RFC 9460, section 2.2. */
function service({ bytes, start, end }: Place, from: number, to: number): string {
  if (to - from < 3) return '<broken>';
  const target = readName(bytes, start, end, from + 2)?.name ?? '<broken>';
  return `${be16(bytes, from)} ${target === '' ? '.' : target}`;
}

/** RFC 8659, section 4.1. */
function authority(bytes: Uint8Array, from: number, to: number): string {
  const tagEnd = from + 2 + (bytes[from + 1] ?? 0);
  if (to - from < 2 || tagEnd > to) return '<broken>';
  return `CAA ${bytes[from]!} ${text(bytes, from + 2, tagEnd)} ${text(bytes, tagEnd, to)}`;
}
