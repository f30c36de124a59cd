/** Databases of addresses in MaxMind's format, made by hand. */

type Value = string | number | boolean | { readonly [name: string]: Value };

/** As the specification writes values; a map is preceded by its size. */
function written(value: Value): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    if (bytes.length < 29) return Buffer.concat([Buffer.of((2 << 5) | bytes.length), bytes]);
    return Buffer.concat([Buffer.of((2 << 5) | 29, bytes.length - 29), bytes]);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([Buffer.of((6 << 5) | 4), bytes]);
  }
  if (typeof value === 'boolean') return Buffer.of(Number(value), 14 - 7);
  const entries = Object.entries(value);
  return Buffer.concat([
    Buffer.of((7 << 5) | entries.length),
    ...entries.flatMap(([name, each]) => [written(name), written(each)]),
  ]);
}

interface Node {
  sides: [Node | Value | null, Node | Value | null];
}

const isNode = (side: unknown): side is Node => typeof side === 'object' && side !== null && 'sides' in side;

/** Made of networks as their bits. */
export function database(
  networks: readonly (readonly [bits: string, value: Value])[],
  size: 24 | 28 | 32,
  version: 4 | 6,
): Buffer {
  const root: Node = { sides: [null, null] };
  for (const [bits, value] of networks) {
    let node = root;
    const path = Array.from(bits, Number) as (0 | 1)[];
    for (const bit of path.slice(0, -1)) {
      const next = node.sides[bit];
      const made: Node = isNode(next) ? next : { sides: [null, null] };
      node.sides[bit] = made;
      node = made;
    }
    node.sides[path.at(-1)!] = value;
  }
  const nodes: Node[] = [root];
  for (const node of nodes) for (const side of node.sides) if (isNode(side)) nodes.push(side);
  const data: Buffer[] = [];
  let dataBytes = 0;
  const numbers = nodes.map(({ sides }) =>
    sides.map((side) => {
      if (side === null) return nodes.length;
      if (isNode(side)) return nodes.indexOf(side);
      const bytes = written(side);
      data.push(bytes);
      dataBytes += bytes.length;
      return nodes.length + 16 + dataBytes - bytes.length;
    }),
  );
  const tree = numbers.map(([left = 0, right = 0]) => {
    const record = Buffer.alloc((size * 2) / 8);
    // The upper four bits of both stand in the byte between them.
    const low = size === 28 ? 2 ** 24 : 2 ** size;
    const lowBytes = size === 32 ? 4 : 3;
    record.writeUIntBE(left % low, 0, lowBytes);
    record.writeUIntBE(right % low, record.length - lowBytes, lowBytes);
    if (size === 28) record[3] = (Math.floor(left / low) << 4) | Math.floor(right / low);
    return record;
  });
  const meta = written({ node_count: nodes.length, record_size: size, ip_version: version, database_type: 'Test' });
  return Buffer.concat([
    ...tree,
    Buffer.alloc(16),
    ...data,
    Buffer.from('\u00ab\u00cd\u00efMaxMind.com', 'latin1'),
    meta,
  ]);
}

export const bitsOf = (bytes: readonly number[]) => bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
