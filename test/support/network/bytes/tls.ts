/** Messages of TLS as bytes. */

const u16 = (value: number): number[] => [value >> 8, value & 255];
const sized = (bytes: readonly number[]): number[] => [...u16(bytes.length), ...bytes];
const latin1 = (text: string): number[] => [...Buffer.from(text, 'latin1')];

export function record(kind: number, payload: readonly number[]): number[] {
  return [kind, 3, 3, ...sized(payload)];
}

export function handshake(kind: number, body: readonly number[]): number[] {
  return [kind, body.length >> 16, (body.length >> 8) & 255, body.length & 255, ...body];
}

export interface ClientHelloMade {
  readonly ciphers?: readonly number[];
  /** Kinds, in their order; those that say something get what is given here. */
  readonly extensions?: readonly number[];
  readonly signatures?: readonly number[];
  readonly versions?: readonly number[];
  readonly name?: string;
  readonly alpn?: readonly string[];
}

export function clientHello(made: ClientHelloMade): number[] {
  const { ciphers = [0x1301], extensions = [], signatures = [], versions = [], name = '', alpn = [] } = made;
  const bodies: Readonly<Record<number, readonly number[]>> = {
    0: sized([0, ...sized(latin1(name))]),
    10: sized([29, 23].flatMap(u16)),
    11: [1, 0],
    13: sized(signatures.flatMap(u16)),
    16: sized(alpn.flatMap((each) => [each.length, ...latin1(each)])),
    43: [versions.length * 2, ...versions.flatMap(u16)],
  };
  const extended = extensions.flatMap((kind) => [...u16(kind), ...sized(bodies[kind] ?? [])]);
  return [
    ...[3, 3, ...Array<number>(32).fill(1), 0, ...sized(ciphers.flatMap(u16)), 1, 0],
    ...(extensions.length > 0 ? sized(extended) : []),
  ];
}

export interface ServerHelloMade {
  readonly version: number;
  readonly cipher: number;
  readonly group?: number;
  readonly alpn?: string;
}

export function serverHello({ version, cipher, group, alpn }: ServerHelloMade): number[] {
  const extensions = [
    ...(version === 0x0304 ? [...u16(43), ...sized(u16(version))] : []),
    ...(group === undefined ? [] : [...u16(51), ...sized([...u16(group), 0, 1, 5])]),
    ...(alpn === undefined ? [] : [...u16(16), ...sized(sized([alpn.length, ...latin1(alpn)]))]),
  ];
  return [3, 3, ...Array<number>(32).fill(2), 0, ...u16(cipher), 0, ...sized(extensions)];
}
