import { find, le32, text } from '../text.ts';

/** Where the value of an element lies, and what it is. */
export interface Element {
  readonly kind: number;
  readonly from: number;
  readonly to: number;
}

export const Kind = { double: 1, text: 2, document: 3, binary: 5, boolean: 8, int32: 16, int64: 18 } as const;

const MOST_ELEMENTS = 64;

/** Bytes of values of one size. */
const SIZES: Readonly<Record<number, number>> = {
  1: 8,
  6: 0,
  7: 12,
  8: 1,
  9: 8,
  10: 0,
  16: 4,
  17: 8,
  18: 8,
  19: 16,
  127: 0,
  255: 0,
};
/** Values that begin with their length, and what that leaves out. */
const COUNTED: Readonly<Record<number, number>> = { 2: 4, 3: 0, 4: 0, 5: 5, 13: 4, 14: 4, 15: 0 };

/** The first elements of a document by name, without looking into them: bsonspec.org. What is broken ends it. */
export function readDocument(bytes: Uint8Array, from: number, to: number): Map<string, Element> {
  const elements = new Map<string, Element>();
  if (to - from < 5) return elements;
  const end = Math.min(to, from + le32(bytes, from));
  for (let at = from + 4; at < end && bytes[at] !== 0 && elements.size < MOST_ELEMENTS;) {
    const kind = bytes[at]!;
    const nameTo = find(bytes, 0, at + 1, Math.min(end, at + 130));
    if (nameTo < 0) break;
    const valueAt = nameTo + 1;
    const fixed = SIZES[kind];
    const counted = COUNTED[kind];
    if (fixed === undefined && (counted === undefined || valueAt + 4 > end)) break;
    const next = valueAt + (fixed ?? le32(bytes, valueAt) + counted!);
    if (next > end || next < valueAt) break;
    const name = text(bytes, at + 1, nameTo, 128);
    if (!elements.has(name)) elements.set(name, { kind, from: valueAt, to: next });
    at = next;
  }
  return elements;
}

export function textOf(bytes: Uint8Array, element: Element | undefined): string | undefined {
  if (element?.kind !== Kind.text) return undefined;
  return text(bytes, element.from + 4, element.to - 1, 512);
}

/** Content of a binary value, or of a text, as UTF-8. */
export function payloadOf(bytes: Uint8Array, element: Element | undefined): string | undefined {
  if (element?.kind === Kind.binary) return text(bytes, element.from + 5, element.to, 1024);
  return textOf(bytes, element);
}

/** Numbers and truth, as a number. */
export function numberOf(bytes: Uint8Array, element: Element | undefined): number | undefined {
  if (element === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + element.from, element.to - element.from);
  switch (element.kind) {
    case Kind.double:
      return view.getFloat64(0, true);
    case Kind.boolean:
      return view.getUint8(0);
    case Kind.int32:
      return view.getInt32(0, true);
    case Kind.int64:
      return Number(view.getBigInt64(0, true));
    default:
      return undefined;
  }
}
