import { payloadOf, packetsOf, stateOf } from '../flows/flow-facts.ts';
import { historyLength, letterAt } from '../flows/history.ts';
import { Double, Kind, Word, WORDS } from '../flows/layout.ts';
import { ipv4Text, ipv6Text, isLocal } from './addresses.ts';
import { ByteWriter } from './byte-writer.ts';
import { CommunityId } from './community-id.ts';
import type { ConnRecord } from './conn-record.ts';
import { protocolName } from './conn-writer.ts';
import type { FlowColumns } from './flow-columns.ts';
import { type IdSeed, writeFlowId } from './flow-id.ts';

const writer = new ByteWriter();
const communityId = new CommunityId();

/** A flow as an object with Zeek's names: the same values as a line of it has. */
export function connRecord(columns: FlowColumns, index: number): ConnRecord {
  const { memory, seed } = columns;
  const { words, doubles } = memory;
  const at = index * WORDS;
  const half = at / 2;
  const kind = words[at + Word.kind]!;
  const protocol = kind & Kind.protocol;
  const ports = words[at + Word.ports]!;
  const history = historyText(words, at);
  const parent = words[at + Word.parent]!;
  const service = columns.service(index);
  const firstUs = doubles[half + Double.firstUs]!;
  return {
    ts: firstUs / 1e6,
    uid: uidText(seed, words[at + Word.serial]!),
    'id.orig_h': addressText(words, at, kind),
    'id.orig_p': ports >>> 16,
    'id.resp_h': addressText(words, at + Word.responder, kind),
    'id.resp_p': ports & 0xffff,
    proto: protocolName(protocol),
    ...(service === null ? {} : { service }),
    duration: (doubles[half + Double.lastUs]! - firstUs) / 1e6,
    orig_bytes: payloadOf(memory, index, 0),
    resp_bytes: payloadOf(memory, index, 1),
    conn_state: stateOf(memory, index),
    local_orig: isLocalAt(words, at, kind),
    local_resp: isLocalAt(words, at + Word.responder, kind),
    missed_bytes: doubles[half + Double.missed]!,
    ...(history === '' ? {} : { history }),
    orig_pkts: packetsOf(memory, index, 0),
    orig_ip_bytes: doubles[half + Double.ipBytes]!,
    resp_pkts: packetsOf(memory, index, 1),
    resp_ip_bytes: doubles[half + Double.ipBytes + 1]!,
    ...(parent === 0 ? {} : { tunnel_parents: [uidText(seed, parent)] }),
    ip_proto: protocol,
    community_id: written(() => communityId.write(writer, words, index)),
    orig_retransmits: words[at + Word.retransmits]! >>> 0,
    resp_retransmits: words[at + Word.retransmits + 1]! >>> 0,
    partial: columns.isPartial(index),
    ...columns.holder(index),
  };
}

/** As Zeek's look; see flow-id.ts. */
export function uidText(seed: IdSeed, serial: number): string {
  return written(() => writeFlowId(writer, seed, serial));
}

function written(write: () => void): string {
  write();
  return String.fromCharCode(...writer.take());
}

function addressText(words: Int32Array, at: number, kind: number): string {
  const word = words[at]!;
  if ((kind & Kind.version6) === 0) return ipv4Text(word);
  return ipv6Text(word, words[at + 1]!, words[at + 2]!, words[at + 3]!);
}

function isLocalAt(words: Int32Array, at: number, kind: number): boolean {
  return isLocal((kind & Kind.version6) !== 0, words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
}

function historyText(words: Int32Array, at: number): string {
  let text = '';
  for (let index = 0; index < historyLength(words, at); index += 1) {
    text += String.fromCharCode(letterAt(words, at, index));
  }
  return text;
}
