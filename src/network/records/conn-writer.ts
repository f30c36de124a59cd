import { Protocol } from '../decoders/transport.ts';
import { packetsOf, payloadOf, stateOf } from '../flows/flow-facts.ts';
import { historyLength, letterAt } from '../flows/history.ts';
import { Double, type FlowMemory, Kind, Word, WORDS } from '../flows/layout.ts';
import { ipv6Text, isLocal } from './addresses.ts';
import { ByteWriter } from './byte-writer.ts';
import { CommunityId } from './community-id.ts';
import { connColumns, type ConnRecord, type FlowHolder, plainName } from './conn-record.ts';
import { type IdSeed, writeFlowId } from './flow-id.ts';
import { zeekFoot, zeekHead } from './zeek-frame.ts';

export type RecordFormat = 'tsv' | 'jsonl';
export const recordFormats: readonly RecordFormat[] = ['tsv', 'jsonl'];

type Column = keyof ConnRecord;

const QUOTE = 34;
const TAB = 9;
const LINE_END = 10;
const COMMA = 44;

/**
 * Writes flows as they lie in memory: lines with tabs under Zeek's head, or one JSON object a line. Both have the same
 * names and the same text for each value.
 */
export class ConnWriter {
  readonly bytes = new ByteWriter();
  readonly #memory: FlowMemory;
  readonly #isJson: boolean;
  readonly #seed: IdSeed;
  readonly #communityId = new CommunityId();
  #isFirst = true;

  constructor(memory: FlowMemory, format: RecordFormat, seed: IdSeed) {
    this.#memory = memory;
    this.#isJson = format === 'jsonl';
    this.#seed = seed;
  }

  /** Zeek's lines before the first record; nothing in JSON Lines. */
  head(openedMs: number): void {
    if (this.#isJson) return;
    this.bytes.makeRoom();
    this.bytes.text(zeekHead('conn', connColumns, openedMs));
  }

  foot(closedMs: number): void {
    if (this.#isJson) return;
    this.bytes.makeRoom();
    this.bytes.text(zeekFoot(closedMs));
  }

  /**
   * `index`: of a flow in memory. `service`: what is said in it, where that is known. `holder`: who holds its socket here, which has no column among
   * Zeek's, and so is in JSON alone.
   */
  record(index: number, isPartial: boolean, service: string | null = null, holder: FlowHolder | null = null): void {
    const { words, doubles } = this.#memory;
    const out = this.bytes;
    const at = index * WORDS;
    const half = at / 2;
    const kind = words[at + Word.kind]!;
    const protocol = kind & Kind.protocol;
    const ports = words[at + Word.ports]!;
    out.makeRoom();
    if (this.#isJson) out.byte(123);
    this.#isFirst = true;
    this.#name('ts');
    out.seconds(doubles[half + Double.firstUs]!);
    this.#name('uid');
    this.#uid(words[at + Word.serial]!);
    this.#name('id.orig_h');
    this.#address(at, kind);
    this.#number('id.orig_p', ports >>> 16);
    this.#name('id.resp_h');
    this.#address(at + Word.responder, kind);
    this.#number('id.resp_p', ports & 0xffff);
    this.#string('proto', protocolName(protocol));
    this.#service(service);
    this.#name('duration');
    out.seconds(doubles[half + Double.lastUs]! - doubles[half + Double.firstUs]!);
    this.#number('orig_bytes', payloadOf(this.#memory, index, 0));
    this.#number('resp_bytes', payloadOf(this.#memory, index, 1));
    this.#string('conn_state', stateOf(this.#memory, index));
    this.#boolean('local_orig', this.#isLocal(at, kind));
    this.#boolean('local_resp', this.#isLocal(at + Word.responder, kind));
    this.#number('missed_bytes', doubles[half + Double.missed]!);
    this.#history(at);
    this.#number('orig_pkts', packetsOf(this.#memory, index, 0));
    this.#number('orig_ip_bytes', doubles[half + Double.ipBytes]!);
    this.#number('resp_pkts', packetsOf(this.#memory, index, 1));
    this.#number('resp_ip_bytes', doubles[half + Double.ipBytes + 1]!);
    this.#parents(words[at + Word.parent]!);
    this.#number('ip_proto', protocol);
    this.#name('community_id');
    this.#quote();
    this.#communityId.write(out, words, index);
    this.#quote();
    this.#number('orig_retransmits', words[at + Word.retransmits]! >>> 0);
    this.#number('resp_retransmits', words[at + Word.retransmits + 1]! >>> 0);
    this.#boolean('partial', isPartial);
    if (holder !== null && this.#isJson) this.#holder(holder);
    if (this.#isJson) out.byte(125);
    out.byte(LINE_END);
  }

  /** What stands before a value. */
  #name(column: Column): void {
    if (!this.#isJson) {
      if (!this.#isFirst) this.bytes.byte(TAB);
    } else {
      if (!this.#isFirst) this.bytes.byte(COMMA);
      this.#quote();
      this.bytes.text(column);
      this.#quote();
      this.bytes.byte(58);
    }
    this.#isFirst = false;
  }

  #quote(): void {
    if (this.#isJson) this.bytes.byte(QUOTE);
  }

  #number(column: Column, value: number): void {
    this.#name(column);
    this.bytes.number(value);
  }

  #string(column: Column, value: string): void {
    this.#name(column);
    this.#quote();
    this.bytes.text(value);
    this.#quote();
  }

  #boolean(column: Column, value: boolean): void {
    this.#name(column);
    if (this.#isJson) this.bytes.text(value ? 'true' : 'false');
    else this.bytes.byte(value ? 84 : 70);
  }

  #uid(serial: number): void {
    this.#quote();
    writeFlowId(this.bytes, this.#seed, serial);
    this.#quote();
  }

  #address(at: number, kind: number): void {
    const { words } = this.#memory;
    const out = this.bytes;
    const word = words[at]!;
    this.#quote();
    if (kind & Kind.version6) out.text(ipv6Text(word, words[at + 1]!, words[at + 2]!, words[at + 3]!));
    else {
      for (let shift = 24; shift >= 0; shift -= 8) {
        out.number((word >>> shift) & 255);
        if (shift > 0) out.byte(46);
      }
    }
    this.#quote();
  }

  #isLocal(at: number, kind: number): boolean {
    const { words } = this.#memory;
    return isLocal((kind & Kind.version6) !== 0, words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
  }

  #holder({ process, user, pid }: FlowHolder): void {
    this.#string('process', plainName(process));
    this.#string('user', plainName(user));
    this.#number('pid', pid);
  }

  #service(service: string | null): void {
    if (service !== null) this.#string('service', service);
    else if (!this.#isJson) this.#string('service', '-');
  }

  #history(at: number): void {
    const { words } = this.#memory;
    const length = historyLength(words, at);
    // JSON leaves out what is not known, as Zeek does.
    if (length === 0 && this.#isJson) return;
    this.#name('history');
    this.#quote();
    if (length === 0) this.bytes.byte(45);
    for (let index = 0; index < length; index += 1) this.bytes.byte(letterAt(words, at, index));
    this.#quote();
  }

  #parents(serial: number): void {
    if (serial === 0 && this.#isJson) return;
    this.#name('tunnel_parents');
    if (serial === 0) return this.bytes.text('(empty)');
    if (this.#isJson) this.bytes.byte(91);
    this.#uid(serial);
    if (this.#isJson) this.bytes.byte(93);
  }
}

export function protocolName(protocol: number): ConnRecord['proto'] {
  if (protocol === Protocol.tcp) return 'tcp';
  if (protocol === Protocol.udp) return 'udp';
  return protocol === Protocol.icmp || protocol === Protocol.icmp6 ? 'icmp' : 'unknown_transport';
}
