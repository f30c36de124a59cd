import { type FlowMemory, Kind, Word, WORDS } from '../flows/layout.ts';
import { ipv4Text, ipv6Text } from './addresses.ts';
import { ByteWriter } from './byte-writer.ts';
import { protocolName } from './conn-writer.ts';
import { type IdSeed, writeFlowId } from './flow-id.ts';
import type { Draft, ProtocolRecord } from './log-records.ts';

/** Gives drafts what the table knows of their flows. */
export class ProtocolRecords {
  readonly #memory: FlowMemory;
  readonly #seed: IdSeed;
  readonly #writer = new ByteWriter();
  #serial = 0;
  #text = '';

  /** `seed`: the one of the records of flows, or the ids differ. */
  constructor(memory: FlowMemory, seed: IdSeed) {
    this.#memory = memory;
    this.#seed = seed;
  }

  /** `index`: of a flow in memory. */
  of(draft: Draft, index: number): ProtocolRecord {
    const { words } = this.#memory;
    const at = index * WORDS;
    const kind = words[at + Word.kind]!;
    const ports = words[at + Word.ports]!;
    const { log, ts, ...rest } = draft;
    return {
      ...{ log, ts, uid: this.#uid(words[at + Word.serial]!) },
      ...{ 'id.orig_h': address(words, at, kind), 'id.orig_p': ports >>> 16 },
      ...{ 'id.resp_h': address(words, at + Word.responder, kind), 'id.resp_p': ports & 0xffff },
      proto: protocolName(kind & Kind.protocol),
      ...rest,
    } as ProtocolRecord;
  }

  /** Records of one flow mostly follow each other. */
  #uid(serial: number): string {
    if (serial === this.#serial) return this.#text;
    writeFlowId(this.#writer, this.#seed, serial);
    const { buffer, byteOffset, length } = this.#writer.take();
    this.#serial = serial;
    this.#text = Buffer.from(buffer, byteOffset, length).toString('latin1');
    return this.#text;
  }
}

function address(words: Int32Array, at: number, kind: number): string {
  if ((kind & Kind.version6) === 0) return ipv4Text(words[at]!);
  return ipv6Text(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
}
