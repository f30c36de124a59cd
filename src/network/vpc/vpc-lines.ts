/** Flow logs of an AWS VPC, versions 2 to 5: lines of fields with a space between them, in an order that their first line says. */
import { networkErrors } from '../errors.ts';
import { addressWords } from '../store/address-words.ts';

/** Of a log whose first line is none of names (docs.aws.amazon.com, flow log records, the default format). */
const DEFAULT_FIELDS =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
    ' ',
  );

/** One line: what an interface saw of one direction of a flow within one window. `null`: the log does not say. */
export interface VpcLine {
  readonly interfaceId: string | null;
  readonly source: string;
  readonly target: string;
  readonly sourcePort: number | null;
  readonly targetPort: number | null;
  /** As IP numbers them. */
  readonly protocol: number;
  readonly packets: number | null;
  /** Of IP. */
  readonly bytes: number | null;
  /** Seconds since 1970. */
  readonly start: number;
  readonly end: number | null;
  readonly action: 'ACCEPT' | 'REJECT' | null;
  /** Of all packets together: 2 SYN, 18 SYN with acknowledgement, 1 FIN, 4 RST. */
  readonly tcpFlags: number | null;
}

export interface VpcCounts {
  lines: number;
  /** Windows in which nothing came, and in which the log itself lost something. */
  noData: number;
  skipData: number;
  malformed: number;
}

/** Without these no flow can be told. */
const LEAST_FIELDS = ['srcaddr', 'dstaddr', 'protocol', 'start'] as const;
/** What a flow has that is kept. */
export const KEPT_FIELDS = [...LEAST_FIELDS, 'srcport', 'dstport', 'packets', 'bytes', 'end'] as const;

/** Takes lines of one file apart. */
export class VpcReader {
  readonly counts: VpcCounts;
  readonly #name: string;
  readonly #needed: readonly string[];
  #places: ReadonlyMap<string, number> | null = null;

  /** `counts`: goes on counting there. `needed`: fields that the log has to have. */
  constructor(name: string, counts: VpcCounts, needed: readonly string[] = LEAST_FIELDS) {
    this.#name = name;
    this.counts = counts;
    this.#needed = needed;
  }

  /** The names of its fields as one text, once the first line was read. */
  get fields(): string {
    return [...(this.#places?.keys() ?? [])].join(' ');
  }

  /** `null`: it is none of a flow. Throws `network_vpc_unknown` where the first line does not name all fields that are needed. */
  read(line: string): VpcLine | null {
    if (line === '') return null;
    const cells = line.split(' ');
    if (this.#places === null) {
      const isHead = cells.includes('srcaddr') || cells.includes('version') || cells.includes('start');
      this.#places = new Map((isHead ? cells : DEFAULT_FIELDS).map((name, at) => [name, at]));
      this.#needFields();
      if (isHead) return null;
    }
    this.counts.lines += 1;
    const cell = (name: string): string | null => {
      const text = cells[this.#places?.get(name) ?? -1];
      return text === undefined || text === '-' ? null : text;
    };
    const status = cell('log-status');
    if (status === 'NODATA') this.counts.noData += 1;
    else if (status === 'SKIPDATA') this.counts.skipData += 1;
    else {
      const read = cells.length === this.#places.size ? flowFrom(cell) : null;
      if (read === null) this.counts.malformed += 1;
      return read;
    }
    return null;
  }

  #needFields(): void {
    const missing = this.#needed.filter((name) => !this.#places?.has(name));
    if (missing.length === 0) return;
    const attempted = `Read “${this.#name}”`;
    throw networkErrors('network_vpc_unknown', { attempted, detail: `it has no ${missing.join(', ')}` });
  }
}

/** Seconds that fit into 32 bits end in 2106. */
const MOST_SECONDS = 2 ** 32;
const INTERFACE = /^[\w.-]{1,64}$/;

function flowFrom(cell: (name: string) => string | null): VpcLine | null {
  const number = (name: string, most: number): number | null | undefined => {
    const text = cell(name);
    if (text === null) return null;
    return /^\d{1,16}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
  };
  const [source, target] = [cell('srcaddr'), cell('dstaddr')];
  const [sourcePort, targetPort] = [number('srcport', 65_535), number('dstport', 65_535)];
  const [protocol, packets, bytes] = [number('protocol', 255), number('packets', 2 ** 53), number('bytes', 2 ** 53)];
  const [start, end, tcpFlags] = [number('start', MOST_SECONDS), number('end', MOST_SECONDS), number('tcp-flags', 255)];
  const [action, interfaceId] = [cell('action'), cell('interface-id')];
  if (source === null || target === null) return null;
  const [from, to] = [addressWords(source), addressWords(target)];
  if (from === null || to === null || from.isVersion6 !== to.isVersion6) return null;
  if (protocol == null || start == null || packets === undefined || bytes === undefined) return null;
  if (end === undefined || tcpFlags === undefined || sourcePort === undefined || targetPort === undefined) return null;
  return {
    interfaceId: interfaceId !== null && INTERFACE.test(interfaceId) ? interfaceId : null,
    ...{ source, target, sourcePort, targetPort, protocol, packets, bytes },
    ...{ start, end, tcpFlags, action: action === 'ACCEPT' || action === 'REJECT' ? action : null },
  };
}
