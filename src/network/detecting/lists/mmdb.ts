import { isIPv4, isIPv6 } from 'node:net';

/** A database of addresses in MaxMind's format (MaxMind DB File Format Specification 2.0), read from memory. */
export interface AddressDatabase {
  /** `GeoLite2-Country` */
  readonly type: string;
  /** What is written of the network that an address is in; `null`: nothing is. */
  find(address: string): unknown;
}

const MARKER = Buffer.from('\u00ab\u00cd\u00efMaxMind.com', 'latin1');
/** The marker is looked for in so many bytes at the end. */
const MOST_METADATA = 128 * 1024;
const SEPARATOR = 16;
/** Of what is written of one network; real ones have about 100 values, three deep. */
const MOST_VALUES = 4096;
const MOST_DEPTH = 16;

/** `null`: these bytes are none. */
export function addressDatabase(bytes: Buffer): AddressDatabase | null {
  const marker = bytes.subarray(-MOST_METADATA).lastIndexOf(MARKER);
  if (marker < 0) return null;
  const metaAt = Math.max(0, bytes.length - MOST_METADATA) + marker + MARKER.length;
  const meta = readValue(bytes, metaAt, metaAt);
  if (!isFields(meta)) return null;
  const { node_count: nodes, record_size: bits, ip_version: version, database_type: type } = meta;
  if (typeof nodes !== 'number' || typeof bits !== 'number' || typeof type !== 'string') return null;
  if (![24, 28, 32].includes(bits) || (version !== 4 && version !== 6)) return null;
  const treeBytes = (nodes * bits) / 4;
  const dataAt = treeBytes + SEPARATOR;
  if (nodes < 1 || dataAt > metaAt) return null;
  const follow = (node: number, bit: number): number => recordOf(bytes, node, bits, bit);
  // IPv4 lies in a tree of IPv6 behind 96 zeros.
  let four = 0;
  if (version === 6) for (let bit = 0; bit < 96 && four < nodes; bit += 1) four = follow(four, 0);
  return {
    type: type.slice(0, 100),
    find(address) {
      const words = isIPv4(address) ? address.split('.').map(Number) : isIPv6(address) ? bytesOfIpv6(address) : null;
      if (words === null || (words.length === 16 && version === 4)) return null;
      let node = words.length === 4 ? four : 0;
      for (const byte of words) {
        for (let bit = 7; bit >= 0 && node < nodes; bit -= 1) node = follow(node, (byte >> bit) & 1);
      }
      if (node <= nodes) return null;
      return readValue(bytes, node - nodes + treeBytes, dataAt);
    },
  };
}

function recordOf(bytes: Buffer, node: number, bits: number, side: number): number {
  const at = (node * bits) / 4;
  if (bits === 24) return bytes.readUIntBE(at + side * 3, 3);
  if (bits === 32) return bytes.readUInt32BE(at + side * 4);
  const middle = bytes[at + 3]!;
  return side === 0
    ? ((middle & 0xf0) << 20) | bytes.readUIntBE(at, 3)
    : ((middle & 0x0f) << 24) | bytes.readUIntBE(at + 4, 3);
}

/** `base`: where pointers count from. What is damaged, or refers to itself, is `null`. */
function readValue(bytes: Buffer, at: number, base: number): unknown {
  try {
    return new Reader(bytes, base).value(at, 0).value;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

interface Read {
  readonly value: unknown;
  readonly next: number;
}

class Reader {
  readonly #bytes: Buffer;
  readonly #base: number;
  #left = MOST_VALUES;

  constructor(bytes: Buffer, base: number) {
    this.#bytes = bytes;
    this.#base = base;
  }

  /** Throws RangeError when there is no such value. */
  value(at: number, depth: number): Read {
    this.#left -= 1;
    if (this.#left < 0 || depth > MOST_DEPTH) throw new RangeError('More values than a network has');
    const control = this.#bytes.readUInt8(at);
    let next = at + 1;
    let type = control >> 5;
    if (type === 1) return this.#pointed(control, next, depth);
    if (type === 0) {
      type = 7 + this.#bytes.readUInt8(next);
      next += 1;
    }
    let size = control & 31;
    if (size >= 29) {
      const more = size - 28;
      size = this.#bytes.readUIntBE(next, more) + [29, 285, 65_821][more - 1]!;
      next += more;
    }
    return this.#typed(type, size, next, depth);
  }

  #pointed(control: number, at: number, depth: number): Read {
    const size = (control >> 3) & 3;
    const upper = control & 7;
    const lower = this.#bytes.readUIntBE(at, size + 1);
    const to = size === 3 ? lower : upper * 2 ** (8 * (size + 1)) + lower + [0, 2048, 526_336][size]!;
    return { value: this.value(this.#base + to, depth + 1).value, next: at + size + 1 };
  }

  #typed(type: number, size: number, at: number, depth: number): Read {
    switch (type) {
      case 2:
        return this.#slice(at, size, (bytes) => bytes.toString('utf8'));
      case 3:
        return { value: this.#bytes.readDoubleBE(at), next: at + 8 };
      case 4:
        return this.#slice(at, size, (bytes) => bytes.toString('hex'));
      case 5:
      case 6:
      case 8:
      case 9:
      case 10:
        // No number that is asked for here is longer than 48 bits.
        return this.#slice(at, size, (bytes) => (size === 0 ? 0 : size <= 6 ? bytes.readUIntBE(0, size) : Number.NaN));
      case 7:
        return this.#map(at, size, depth);
      case 11:
        return this.#list(at, size, depth);
      case 14:
        return { value: size === 1, next: at };
      case 15:
        return { value: this.#bytes.readFloatBE(at), next: at + 4 };
      default:
        throw new RangeError('No such type');
    }
  }

  #slice(at: number, size: number, read: (bytes: Buffer) => unknown): Read {
    if (at + size > this.#bytes.length) throw new RangeError('Cut');
    return { value: read(this.#bytes.subarray(at, at + size)), next: at + size };
  }

  #map(at: number, size: number, depth: number): Read {
    const fields: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    let next = at;
    for (let index = 0; index < size; index += 1) {
      const key = this.value(next, depth + 1);
      if (typeof key.value !== 'string') throw new RangeError('No name of a field');
      const found = this.value(key.next, depth + 1);
      fields[key.value] = found.value;
      next = found.next;
    }
    return { value: fields, next };
  }

  #list(at: number, size: number, depth: number): Read {
    const values: unknown[] = [];
    let next = at;
    for (let index = 0; index < size; index += 1) {
      const found = this.value(next, depth + 1);
      values.push(found.value);
      next = found.next;
    }
    return { value: values, next };
  }
}

function bytesOfIpv6(address: string): number[] {
  const bare = address.replace(/%.*$/, '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts) => {
    const [a, b, c, d] = parts.slice(0, 4).map(Number) as [number, number, number, number];
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = '', tail] = bare.split('::');
  const groups = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const [front, back] = [groups(head), groups(tail ?? '')];
  const zeros = Array<number>(Math.max(0, 8 - front.length - back.length)).fill(0);
  return [...front, ...zeros, ...back].flatMap((group) => [group >> 8, group & 255]);
}

export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
