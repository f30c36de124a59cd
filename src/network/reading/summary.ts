import { Outcome } from '../decoders/packet.ts';
import { Protocol } from '../decoders/transport.ts';
import type { Decoder } from '../decoders/decode.ts';
import type { HashSeed } from '../flows/flow-hash.ts';
import { packetsOf } from '../flows/flow-facts.ts';
import { Reason } from '../flows/flow-table.ts';
import { Double, type FlowMemory, Kind, Word, WORDS } from '../flows/layout.ts';
import { ipv6Text } from '../records/addresses.ts';
import { type Talker, Talkers } from './talkers.ts';

export interface Counted {
  readonly name: string;
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
}

/** What a capture holds, for people. Bytes of flows are those of IP, `bytes` those on the wire. */
export interface Summary {
  readonly packets: number;
  readonly bytes: number;
  /** RFC 3339; `null`: there is no packet. */
  readonly from: string | null;
  readonly to: string | null;
  readonly durationMs: number;
  readonly flows: number;
  readonly protocols: readonly Counted[];
  /** Where most bytes went: `443/tcp`. */
  readonly ports: readonly Counted[];
  readonly talkers: readonly Talker[];
  /** Figures of talkers may be so much too small, where there were too many addresses to count all. */
  readonly talkersMayMissBytes: number;
  readonly arp: number;
  /** Of these, no flow was made. */
  readonly left: Readonly<Record<Left, number>>;
  /** Flows that were written early since there was no place left. */
  readonly evicted: number;
  /** Flows whose protocol was read up to some place, since there was no room to go on. */
  readonly unread: number;
}

type Left = 'notIp' | 'cut' | 'malformed' | 'lostFragments' | 'unknownLink' | 'tooDeep';

const TOP = 10;
const NAMES: Readonly<Record<number, string>> = {
  [Protocol.icmp]: 'ICMP',
  [Protocol.ipv4]: 'IPv4 in IP',
  [Protocol.tcp]: 'TCP',
  [Protocol.udp]: 'UDP',
  [Protocol.ipv6]: 'IPv6 in IP',
  [Protocol.gre]: 'GRE',
  [Protocol.icmp6]: 'ICMPv6',
  [Protocol.sctp]: 'SCTP',
};

/** Counts flows as they end, in memory that does not grow with them. */
export class Counting {
  flows = 0;
  evicted = 0;
  wireBytes = 0;
  firstUs = Number.POSITIVE_INFINITY;
  lastUs = Number.NEGATIVE_INFINITY;
  readonly #talkers: Talkers;
  /** Flows, packets and bytes of each protocol. */
  readonly #protocols = new Float64Array(256 * 3);
  /** The same for ports of responders: TCP's, then UDP's. */
  readonly #ports = new Float64Array(2 * 65_536 * 3);

  constructor(seed: HashSeed) {
    this.#talkers = new Talkers(seed);
  }

  /** Times of packets, in microseconds. */
  seen(firstUs: number, lastUs: number): void {
    this.firstUs = Math.min(this.firstUs, firstUs);
    this.lastUs = Math.max(this.lastUs, lastUs);
  }

  flow(memory: FlowMemory, index: number, reason: number): void {
    // It will come again, with all that it has now.
    if (reason === Reason.partial) return;
    if (reason === Reason.evicted) this.evicted += 1;
    this.flows += 1;
    const { words, doubles } = memory;
    const at = index * WORDS;
    const kind = words[at + Word.kind]!;
    const protocol = kind & Kind.protocol;
    const packets = packetsOf(memory, index, 0) + packetsOf(memory, index, 1);
    const bytes = doubles[at / 2 + Double.ipBytes]! + doubles[at / 2 + Double.ipBytes + 1]!;
    add(this.#protocols, protocol, packets, bytes);
    const port = words[at + Word.ports]! & 0xffff;
    if (protocol === Protocol.tcp) add(this.#ports, port, packets, bytes);
    else if (protocol === Protocol.udp) add(this.#ports, 65_536 + port, packets, bytes);
    // What a tunnel carries is counted to the tunnel's ends already, and to its own.
    this.#talker(words, at, kind, bytes);
    if (!isWithItself(words, at)) this.#talker(words, at + Word.responder, kind, bytes);
  }

  #talker(words: Int32Array, at: number, kind: number, bytes: number): void {
    const first = words[at]!;
    if ((kind & Kind.version6) === 0) this.#talkers.add4(first, bytes);
    else this.#talkers.add6(ipv6Text(first, words[at + 1]!, words[at + 2]!, words[at + 3]!), bytes);
  }

  /** `unread`: as the summary has it. */
  summary(packets: number, { counts, reassembly, tooDeep }: Decoder, unread: number): Summary {
    const time = (us: number): string | null => (Number.isFinite(us) ? timeOf(us) : null);
    return {
      packets,
      bytes: this.wireBytes,
      from: time(this.firstUs),
      to: time(this.lastUs),
      durationMs: packets > 0 ? (this.lastUs - this.firstUs) / 1000 : 0,
      flows: this.flows,
      protocols: counted(this.#protocols, (number) => NAMES[number] ?? `protocol ${number}`),
      ports: counted(this.#ports, (number) => `${number & 0xffff}/${number < 65_536 ? 'tcp' : 'udp'}`),
      talkers: this.#talkers.top(TOP),
      talkersMayMissBytes: Math.round(this.#talkers.mayMissBytes),
      arp: counts[Outcome.arp]!,
      left: {
        notIp: counts[Outcome.other]!,
        cut: counts[Outcome.cut]!,
        malformed: counts[Outcome.malformed]!,
        lostFragments: reassembly.lost,
        unknownLink: counts[Outcome.unknownLink]!,
        tooDeep,
      },
      evicted: this.evicted,
      unread,
    };
  }
}

function isWithItself(words: Int32Array, at: number): boolean {
  for (let word = 0; word < Word.responder; word += 1) {
    if (words[at + word] !== words[at + Word.responder + word]) return false;
  }
  return true;
}

/** RFC 3339 with microseconds. */
function timeOf(us: number): string {
  const ms = Math.floor(us / 1000);
  const micros = String(Math.floor(us - ms * 1000)).padStart(3, '0');
  return new Date(ms).toISOString().replace('Z', `${micros}Z`);
}

function add(table: Float64Array, row: number, packets: number, bytes: number): void {
  table[row * 3]! += 1;
  table[row * 3 + 1]! += packets;
  table[row * 3 + 2]! += bytes;
}

function counted(table: Float64Array, nameOf: (row: number) => string): readonly Counted[] {
  const rows: Counted[] = [];
  for (let row = 0; row * 3 < table.length; row += 1) {
    const flows = table[row * 3]!;
    if (flows === 0) continue;
    rows.push({ name: nameOf(row), flows, packets: table[row * 3 + 1]!, bytes: table[row * 3 + 2]! });
  }
  return rows.toSorted((a, b) => b.bytes - a.bytes).slice(0, TOP);
}
