import { connState } from '../../../flows/conn-state.ts';
import { packetsOf, payloadOf } from '../../../flows/flow-facts.ts';
import { historyLength } from '../../../flows/history.ts';
import { Double, Kind, Word, WORDS } from '../../../flows/layout.ts';
import { isLocal } from '../../../records/addresses.ts';
import { protocolName } from '../../../records/conn-writer.ts';
import type { FlowColumns } from '../../../records/flow-columns.ts';
import { flowIdPart } from '../../../records/flow-id.ts';
import { isLogged, type KeptFlow, loggedColumns } from '../../../records/logged-flow.ts';
import { type AddressWords, addressWords } from '../../address-words.ts';
import { AddressBook } from './address-book.ts';
import { communityIdOf } from '../../community-id-of.ts';
import { connStates, NO_STATE, stateNumber } from './conn-states.ts';
import type { Column, Whole } from './column-pack.ts';
import type { FlowSegment } from './flow-segment.ts';
import { historyWords } from './history-words.ts';
import { Field, FIELDS, Flag, HISTORY_WORDS, MOST_ROWS, UID_WORDS, wideFields } from './row-columns.ts';
import { uidText, uidWords } from './uid-words.ts';

type Extra = Readonly<Record<string, unknown>>;

/**
 * Flows on their way into a segment, a column for each field. It is filled again and again: what it takes is taken once. What has no
 * column, or could not be reckoned from others, stands in `extras` as it came.
 */
export class FlowRows {
  count = 0;
  readonly columns: readonly Whole[] = Array.from({ length: FIELDS }, (_, field) =>
    wideFields.has(field) ? new Float64Array(MOST_ROWS) : new Uint32Array(MOST_ROWS),
  );
  readonly addresses = new AddressBook();
  /** Services, processes and users, each once. */
  readonly texts: string[] = [];
  readonly extras = new Map<number, Extra>();
  readonly #places = new Map<string, number>();

  clear(): void {
    this.count = 0;
    this.addresses.clear();
    this.texts.length = 0;
    this.extras.clear();
    this.#places.clear();
  }

  /** A flow as it lies in the memory of an analysis. */
  addFlow(flows: FlowColumns, index: number): void {
    const { memory, seed } = flows;
    const { words, doubles } = memory;
    const { columns } = this;
    const row = this.count;
    const at = index * WORDS;
    const half = at / 2;
    const kind = words[at + Word.kind]!;
    const isVersion6 = (kind & Kind.version6) !== 0;
    const ports = words[at + Word.ports]!;
    const firstUs = doubles[half + Double.firstUs]!;
    columns[Field.ts]![row] = firstUs;
    columns[Field.originator]![row] = this.#place(words, at, isVersion6);
    columns[Field.responder]![row] = this.#place(words, at + Word.responder, isVersion6);
    columns[Field.originatorPort]![row] = ports >>> 16;
    columns[Field.responderPort]![row] = ports & 0xffff;
    const sent = payloadOf(memory, index, 0);
    const received = payloadOf(memory, index, 1);
    const protocol = kind & Kind.protocol;
    columns[Field.protocol]![row] = protocol;
    columns[Field.state]![row] = stateNumber(connState(protocol, words[at + Word.state]!, sent + received));
    columns[Field.service]![row] = this.#text(flows.service(index));
    const serial = words[at + Word.serial]!;
    for (let part = 0; part < UID_WORDS; part += 1) columns[Field.uid + part]![row] = flowIdPart(seed, serial, part);
    columns[Field.duration]![row] = doubles[half + Double.lastUs]! - firstUs;
    columns[Field.originatorBytes]![row] = sent;
    columns[Field.responderBytes]![row] = received;
    columns[Field.missed]![row] = doubles[half + Double.missed]!;
    columns[Field.originatorPackets]![row] = packetsOf(memory, index, 0);
    columns[Field.responderPackets]![row] = packetsOf(memory, index, 1);
    columns[Field.originatorIpBytes]![row] = doubles[half + Double.ipBytes]!;
    columns[Field.responderIpBytes]![row] = doubles[half + Double.ipBytes + 1]!;
    columns[Field.originatorRetransmits]![row] = words[at + Word.retransmits]! >>> 0;
    columns[Field.responderRetransmits]![row] = words[at + Word.retransmits + 1]! >>> 0;
    columns[Field.historyLength]![row] = historyLength(words, at);
    for (let word = 0; word < HISTORY_WORDS; word += 1)
      columns[Field.history + word]![row] = words[at + Word.history + word]! >>> 0;
    const holder = flows.holder(index);
    columns[Field.process]![row] = this.#text(holder?.process);
    columns[Field.user]![row] = this.#text(holder?.user);
    columns[Field.pid]![row] = holder ? holder.pid + 1 : 0;
    const parent = words[at + Word.parent]!;
    if (parent !== 0) this.extras.set(row, { tunnel_parents: [parentText(seed, parent)] });
    columns[Field.flags]![row] =
      (flows.isPartial(index) ? Flag.partial : 0) |
      (kind & Kind.oneWay ? Flag.oneWay : 0) |
      (parent === 0 ? 0 : Flag.extra);
    this.count = row + 1;
  }

  /** False: its addresses are none, and it was not taken. What a flow log does not say stands as 0, and {@link NO_STATE} says so. */
  addRecord(record: KeptFlow): boolean {
    const originator = addressWords(record['id.orig_h']);
    const responder = addressWords(record['id.resp_h']);
    if (originator === null || responder === null) return false;
    const { columns } = this;
    const row = this.count;
    const uid = uidWords(record.uid);
    const extra = extraOf(record);
    const isOneWay = this.#reckoned(record, originator, responder, extra);
    columns[Field.ts]![row] = microseconds(record.ts);
    columns[Field.originator]![row] = this.addresses.place(originator.isVersion6, ...originator.words);
    columns[Field.responder]![row] = this.addresses.place(responder.isVersion6, ...responder.words);
    columns[Field.originatorPort]![row] = record['id.orig_p'];
    columns[Field.responderPort]![row] = record['id.resp_p'];
    columns[Field.protocol]![row] = record.ip_proto;
    columns[Field.state]![row] = record.conn_state === undefined ? NO_STATE : stateNumber(record.conn_state);
    columns[Field.service]![row] = this.#text(record.service);
    for (let part = 0; part < UID_WORDS; part += 1) columns[Field.uid + part]![row] = uid.words[part]!;
    if (!uid.isOurs) extra['uid'] = record.uid;
    columns[Field.duration]![row] = microseconds(record.duration);
    columns[Field.originatorBytes]![row] = record.orig_bytes ?? 0;
    columns[Field.responderBytes]![row] = record.resp_bytes ?? 0;
    columns[Field.missed]![row] = record.missed_bytes ?? 0;
    columns[Field.originatorPackets]![row] = record.orig_pkts;
    columns[Field.responderPackets]![row] = record.resp_pkts ?? 0;
    columns[Field.originatorIpBytes]![row] = record.orig_ip_bytes;
    columns[Field.responderIpBytes]![row] = record.resp_ip_bytes ?? 0;
    columns[Field.originatorRetransmits]![row] = record.orig_retransmits ?? 0;
    columns[Field.responderRetransmits]![row] = record.resp_retransmits ?? 0;
    this.#history(row, record.history ?? '', extra);
    const [process, user, pid] = isLogged(record)
      ? [record.interface_id, record.action, record.tcp_flags]
      : [record.process, record.user, record.pid];
    columns[Field.process]![row] = this.#text(process);
    columns[Field.user]![row] = this.#text(user);
    columns[Field.pid]![row] = pid === undefined ? 0 : pid + 1;
    const hasExtra = Object.keys(extra).length > 0;
    if (hasExtra) this.extras.set(row, extra);
    columns[Field.flags]![row] =
      (record.partial ? Flag.partial : 0) | (isOneWay ? Flag.oneWay : 0) | (hasExtra ? Flag.extra : 0);
    this.count = row + 1;
    return true;
  }

  /** All rows of a segment, as they lie there; the caller holds to {@link MOST_ROWS}. */
  addSegment(segment: FlowSegment): void {
    const { rows } = segment;
    const first = this.count;
    for (let field = 0; field < FIELDS; field += 1)
      copyColumn(segment.column(field), this.columns[field]!, first, rows);
    const places = Array.from({ length: segment.addresses.count }, (_, place) => {
      const { isVersion6, words } = segment.address(place);
      return this.addresses.place(isVersion6, ...words);
    });
    const texts = [0, ...segment.texts.texts.map((text) => this.#text(text))];
    for (const [fields, to] of [
      [[Field.originator, Field.responder], places],
      [[Field.service, Field.process, Field.user], texts],
    ] as const) {
      for (const field of fields) {
        const column = this.columns[field]!;
        for (let row = first; row < first + rows; row += 1) column[row] = to[column[row]!]!;
      }
    }
    for (const [row, extra] of Object.entries(segment.texts.extras)) this.extras.set(first + Number(row), extra);
    this.count = first + rows;
  }

  #place(words: Int32Array, at: number, isVersion6: boolean): number {
    return this.addresses.place(isVersion6, words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
  }

  /** Its place and one; 0: there is none. */
  #text(text: string | null | undefined): number {
    if (text === null || text === undefined) return 0;
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const place = this.texts.push(text);
    this.#places.set(text, place);
    return place;
  }

  #history(row: number, text: string, extra: Record<string, unknown>): void {
    const { columns } = this;
    for (let word = 0; word < HISTORY_WORDS; word += 1) columns[Field.history + word]![row] = 0;
    const isOurs = historyWords(text, (word, bits) => {
      columns[Field.history + word]![row] = bits;
    });
    columns[Field.historyLength]![row] = isOurs ? text.length : 0;
    if (!isOurs) extra['history'] = text;
  }

  /** What a reader works out from other fields goes into `extra` where another program worked it out otherwise. */
  #reckoned(
    record: KeptFlow,
    originator: AddressWords,
    responder: AddressWords,
    extra: Record<string, unknown>,
  ): boolean {
    if (protocolName(record.ip_proto) !== record.proto) extra['proto'] = record.proto;
    if (isLocal(originator.isVersion6, ...originator.words) !== record.local_orig)
      extra['local_orig'] = record.local_orig;
    if (isLocal(responder.isVersion6, ...responder.words) !== record.local_resp)
      extra['local_resp'] = record.local_resp;
    const { conn_state: state, community_id: identified } = record;
    if (state !== undefined && connStates[stateNumber(state)] !== state) extra['conn_state'] = state;
    if (identified === undefined) return false;
    const parts = {
      ...{ originator, responder, protocol: record.ip_proto },
      ...{ originatorPort: record['id.orig_p'], responderPort: record['id.resp_p'] },
    };
    if (identified === communityIdOf({ ...parts, isOneWay: false })) return false;
    if (identified === communityIdOf({ ...parts, isOneWay: true })) return true;
    extra['community_id'] = identified;
    return false;
  }
}

const IN_COLUMNS: ReadonlySet<string> = new Set([
  ...['ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto', 'duration', 'orig_bytes', 'resp_bytes'],
  ...['conn_state', 'local_orig', 'local_resp', 'missed_bytes', 'history', 'orig_pkts', 'orig_ip_bytes', 'resp_pkts'],
  ...['resp_ip_bytes', 'ip_proto', 'community_id', 'orig_retransmits', 'resp_retransmits', 'partial', 'service'],
  ...['process', 'user', 'pid'],
]);

const LOGGED_IN_COLUMNS: ReadonlySet<string> = new Set([...IN_COLUMNS, ...Object.keys(loggedColumns)]);

function extraOf(record: KeptFlow): Record<string, unknown> {
  const extra: Record<string, unknown> = {};
  const inColumns = isLogged(record) ? LOGGED_IN_COLUMNS : IN_COLUMNS;
  for (const [name, value] of Object.entries(record)) {
    if (!inColumns.has(name) && value !== undefined) extra[name] = value;
  }
  return extra;
}

function microseconds(seconds: number): number {
  return Math.round(seconds * 1e6);
}

function parentText(seed: FlowColumns['seed'], serial: number): string {
  return uidText(flowIdPart(seed, serial, 0), flowIdPart(seed, serial, 1), flowIdPart(seed, serial, 2));
}

function copyColumn({ values, base }: Column, to: Whole, at: number, rows: number): void {
  for (let row = 0; row < rows; row += 1) to[at + row] = values[row]! + base;
}
