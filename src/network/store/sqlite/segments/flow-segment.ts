import { isLocal } from '../../../records/addresses.ts';
import type { ConnRecord } from '../../../records/conn-record.ts';
import { protocolName } from '../../../records/conn-writer.ts';
import type { AddressWords } from '../../address-words.ts';
import { PackedAddresses } from './address-book.ts';
import { type Column, columnOf, packColumns } from './column-pack.ts';
import { communityIdOf } from './community-ids.ts';
import { connStates } from './conn-states.ts';
import type { FlowRows } from './flow-rows.ts';
import { historyText } from './history-words.ts';
import { Flag, Key, Rest } from './row-columns.ts';
import { uidText } from './uid-words.ts';

/** What a segment is on the disk; each is read when something of it is needed. */
export const flowParts = ['addresses', 'keys', 'uids', 'rest', 'texts'] as const;
export type FlowPart = (typeof flowParts)[number];
export type LoadPart<Part extends string> = (part: Part) => Uint8Array;

interface Texts {
  readonly texts: readonly string[];
  readonly extras: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function packFlows(rows: FlowRows): Readonly<Record<FlowPart, Uint8Array>> {
  const { count, keys, uids, rest, texts, extras } = rows;
  const said: Texts = { texts, extras: Object.fromEntries(extras) };
  return {
    addresses: rows.addresses.pack(),
    keys: packColumns(keys, count),
    uids: packColumns(uids, count),
    rest: packColumns(rest, count),
    texts: Buffer.from(JSON.stringify(said)),
  };
}

/** Some thousand flows as they were packed. Rows are numbered from 0. */
export class FlowSegment {
  readonly rows: number;
  readonly #load: LoadPart<FlowPart>;
  readonly #parts = new Map<FlowPart, Uint8Array>();
  readonly #columns = new Map<string, Column>();
  #addresses: PackedAddresses | null = null;
  #texts: Texts | null = null;

  constructor(rows: number, load: LoadPart<FlowPart>) {
    this.rows = rows;
    this.#load = load;
  }

  column(part: 'keys' | 'uids' | 'rest', index: number): Column {
    const name = `${part}${index}`;
    let column = this.#columns.get(name);
    if (!column) {
      column = columnOf(this.#part(part), index, this.rows);
      this.#columns.set(name, column);
    }
    return column;
  }

  key(key: number, row: number): number {
    const { values, base } = this.column('keys', key);
    return values[row]! + base;
  }

  uidWord(word: number, row: number): number {
    const { values, base } = this.column('uids', word);
    return values[row]! + base;
  }

  rest(field: number, row: number): number {
    const { values, base } = this.column('rest', field);
    return values[row]! + base;
  }

  get addresses(): PackedAddresses {
    this.#addresses ??= new PackedAddresses(this.#part('addresses'));
    return this.#addresses;
  }

  address(place: number): AddressWords {
    const { addresses } = this;
    return {
      isVersion6: addresses.isVersion6(place),
      words: [addresses.word(place, 0), addresses.word(place, 1), addresses.word(place, 2), addresses.word(place, 3)],
    };
  }

  get texts(): Texts {
    this.#texts ??= JSON.parse(Buffer.from(this.#part('texts')).toString()) as Texts;
    return this.#texts;
  }

  /** `place`: and one; 0: there is none. */
  text(place: number): string | null {
    return place === 0 ? null : (this.texts.texts[place - 1] ?? null);
  }

  /** Fields without a column. */
  extra(row: number): Readonly<Record<string, unknown>> | null {
    return this.key(Key.flags, row) & Flag.extra ? (this.texts.extras[row] ?? null) : null;
  }

  isPartial(row: number): boolean {
    return (this.key(Key.flags, row) & Flag.partial) !== 0;
  }

  uid(row: number): string {
    const other = this.extra(row)?.['uid'];
    if (typeof other === 'string') return other;
    return uidText(this.uidWord(0, row), this.uidWord(1, row), this.uidWord(2, row));
  }

  communityId(row: number): string {
    return communityIdOf({
      originator: this.address(this.key(Key.originator, row)),
      responder: this.address(this.key(Key.responder, row)),
      originatorPort: this.key(Key.originatorPort, row),
      responderPort: this.key(Key.responderPort, row),
      protocol: this.key(Key.protocol, row),
      isOneWay: (this.key(Key.flags, row) & Flag.oneWay) !== 0,
    });
  }

  /** In the order that Zeek has its columns in. */
  record(row: number): ConnRecord {
    const key = (index: number): number => this.key(index, row);
    const rest = (index: number): number => this.rest(index, row);
    const [originator, responder] = [this.address(key(Key.originator)), this.address(key(Key.responder))];
    const history = historyText(rest(Rest.historyLength), (word) => rest(Rest.history + word));
    const [service, process, user] = [
      this.text(key(Key.service)),
      this.text(rest(Rest.process)),
      this.text(rest(Rest.user)),
    ];
    const pid = rest(Rest.pid);
    return {
      ts: key(Key.ts) / 1e6,
      uid: this.uid(row),
      'id.orig_h': this.addresses.text(key(Key.originator)),
      'id.orig_p': key(Key.originatorPort),
      'id.resp_h': this.addresses.text(key(Key.responder)),
      'id.resp_p': key(Key.responderPort),
      proto: protocolName(key(Key.protocol)),
      ...(service === null ? {} : { service }),
      duration: rest(Rest.duration) / 1e6,
      orig_bytes: rest(Rest.originatorBytes),
      resp_bytes: rest(Rest.responderBytes),
      conn_state: connStates[key(Key.state)] ?? 'OTH',
      local_orig: isLocal(originator.isVersion6, ...originator.words),
      local_resp: isLocal(responder.isVersion6, ...responder.words),
      missed_bytes: rest(Rest.missed),
      ...(history === '' ? {} : { history }),
      orig_pkts: rest(Rest.originatorPackets),
      orig_ip_bytes: rest(Rest.originatorIpBytes),
      resp_pkts: rest(Rest.responderPackets),
      resp_ip_bytes: rest(Rest.responderIpBytes),
      ip_proto: key(Key.protocol),
      community_id: this.communityId(row),
      orig_retransmits: rest(Rest.originatorRetransmits),
      resp_retransmits: rest(Rest.responderRetransmits),
      partial: this.isPartial(row),
      ...(process === null ? {} : { process }),
      ...(user === null ? {} : { user }),
      ...(pid === 0 ? {} : { pid: pid - 1 }),
      ...this.extra(row),
    };
  }

  #part(part: FlowPart): Uint8Array {
    let bytes = this.#parts.get(part);
    if (!bytes) {
      bytes = this.#load(part);
      this.#parts.set(part, bytes);
    }
    return bytes;
  }
}
