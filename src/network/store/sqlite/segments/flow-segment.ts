import { isLocal } from '../../../records/addresses.ts';
import { protocolName } from '../../../records/conn-writer.ts';
import { isIdentified, type KeptFlow, type LoggedFlow } from '../../../records/logged-flow.ts';
import type { AddressWords } from '../../address-words.ts';
import { PackedAddresses } from './address-book.ts';
import { type Column, columnOf, packColumns } from './column-pack.ts';
import { communityIdOf } from '../../community-id-of.ts';
import { connStates, NO_STATE } from './conn-states.ts';
import type { FlowRows } from './flow-rows.ts';
import { historyText } from './history-words.ts';
import {
  type ColumnPart,
  columnParts,
  Field,
  FIELDS,
  Flag,
  type FlowPart,
  LoggedField,
  placesOfFields,
} from './row-columns.ts';
import { uidText } from './uid-words.ts';

export type LoadPart<Part extends string> = (part: Part) => Uint8Array;

interface Texts {
  readonly texts: readonly string[];
  readonly extras: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function packFlows(rows: FlowRows): Readonly<Record<FlowPart, Uint8Array>> {
  const { count, columns, texts, extras } = rows;
  const said: Texts = { texts, extras: Object.fromEntries(extras) };
  const packed = (part: ColumnPart): Uint8Array => packColumns(columns.slice(...columnParts[part]), count);
  return {
    addresses: rows.addresses.pack(),
    texts: Buffer.from(JSON.stringify(said)),
    ...{ times: packed('times'), ends: packed('ends'), ports: packed('ports'), kinds: packed('kinds') },
    ...{ uids: packed('uids'), sums: packed('sums'), rest: packed('rest') },
  };
}

/** Some thousand flows as they were packed. Rows are numbered from 0. */
export class FlowSegment {
  readonly rows: number;
  readonly #load: LoadPart<FlowPart>;
  readonly #parts = new Map<FlowPart, Uint8Array>();
  readonly #columns: (Column | undefined)[] = Array.from({ length: FIELDS });
  #addresses: PackedAddresses | null = null;
  #texts: Texts | null = null;

  constructor(rows: number, load: LoadPart<FlowPart>) {
    this.rows = rows;
    this.#load = load;
  }

  column(field: number): Column {
    let column = this.#columns[field];
    if (!column) {
      const [part, place] = placesOfFields[field]!;
      column = columnOf(this.#part(part), place, this.rows);
      this.#columns[field] = column;
    }
    return column;
  }

  /** One number; whoever wants that of many rows takes the {@link column}. */
  value(field: number, row: number): number {
    const { values, base } = this.column(field);
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

  get hasExtras(): boolean {
    return Object.keys(this.texts.extras).length > 0;
  }

  /** Fields without a column. */
  extra(row: number): Readonly<Record<string, unknown>> | null {
    return this.value(Field.flags, row) & Flag.extra ? (this.texts.extras[row] ?? null) : null;
  }

  isPartial(row: number): boolean {
    return (this.value(Field.flags, row) & Flag.partial) !== 0;
  }

  uid(row: number): string {
    const other = this.extra(row)?.['uid'];
    if (typeof other === 'string') return other;
    return uidText(this.value(Field.uid, row), this.value(Field.uid + 1, row), this.value(Field.uid + 2, row));
  }

  /** `null`: it cannot be made of what is known. */
  communityId(row: number): string | null {
    if (this.#isLogged(row) && !isIdentified(this.value(Field.protocol, row))) return null;
    return this.#reckonedId(row);
  }

  #reckonedId(row: number): string {
    return communityIdOf({
      originator: this.address(this.value(Field.originator, row)),
      responder: this.address(this.value(Field.responder, row)),
      originatorPort: this.value(Field.originatorPort, row),
      responderPort: this.value(Field.responderPort, row),
      protocol: this.value(Field.protocol, row),
      isOneWay: (this.value(Field.flags, row) & Flag.oneWay) !== 0,
    });
  }

  /** In the order that Zeek has its columns in. */
  record(row: number): KeptFlow {
    if (this.#isLogged(row)) return this.#loggedFlow(row);
    const value = (field: number): number => this.value(field, row);
    const [originator, responder] = [this.address(value(Field.originator)), this.address(value(Field.responder))];
    const history = historyText(value(Field.historyLength), (word) => value(Field.history + word));
    const [service, process, user] = [
      this.text(value(Field.service)),
      this.text(value(Field.process)),
      this.text(value(Field.user)),
    ];
    const pid = value(Field.pid);
    return {
      ts: value(Field.ts) / 1e6,
      uid: this.uid(row),
      'id.orig_h': this.addresses.text(value(Field.originator)),
      'id.orig_p': value(Field.originatorPort),
      'id.resp_h': this.addresses.text(value(Field.responder)),
      'id.resp_p': value(Field.responderPort),
      proto: protocolName(value(Field.protocol)),
      ...(service === null ? {} : { service }),
      duration: value(Field.duration) / 1e6,
      orig_bytes: value(Field.originatorBytes),
      resp_bytes: value(Field.responderBytes),
      conn_state: connStates[value(Field.state)] ?? 'OTH',
      local_orig: isLocal(originator.isVersion6, ...originator.words),
      local_resp: isLocal(responder.isVersion6, ...responder.words),
      missed_bytes: value(Field.missed),
      ...(history === '' ? {} : { history }),
      orig_pkts: value(Field.originatorPackets),
      orig_ip_bytes: value(Field.originatorIpBytes),
      resp_pkts: value(Field.responderPackets),
      resp_ip_bytes: value(Field.responderIpBytes),
      ip_proto: value(Field.protocol),
      community_id: this.#reckonedId(row),
      orig_retransmits: value(Field.originatorRetransmits),
      resp_retransmits: value(Field.responderRetransmits),
      partial: this.isPartial(row),
      ...(process === null ? {} : { process }),
      ...(user === null ? {} : { user }),
      ...(pid === 0 ? {} : { pid: pid - 1 }),
      ...this.extra(row),
    };
  }

  #isLogged(row: number): boolean {
    return this.value(Field.state, row) === NO_STATE;
  }

  #loggedFlow(row: number): LoggedFlow {
    const value = (field: number): number => this.value(field, row);
    const [originator, responder] = [this.address(value(Field.originator)), this.address(value(Field.responder))];
    const identified = this.communityId(row);
    const [action, interfaceId] = [this.text(value(LoggedField.action)), this.text(value(LoggedField.interface))];
    const flags = value(LoggedField.tcpFlags);
    return {
      ts: value(Field.ts) / 1e6,
      uid: this.uid(row),
      'id.orig_h': this.addresses.text(value(Field.originator)),
      'id.orig_p': value(Field.originatorPort),
      'id.resp_h': this.addresses.text(value(Field.responder)),
      'id.resp_p': value(Field.responderPort),
      proto: protocolName(value(Field.protocol)),
      duration: value(Field.duration) / 1e6,
      local_orig: isLocal(originator.isVersion6, ...originator.words),
      local_resp: isLocal(responder.isVersion6, ...responder.words),
      orig_pkts: value(Field.originatorPackets),
      orig_ip_bytes: value(Field.originatorIpBytes),
      ip_proto: value(Field.protocol),
      ...(identified === null ? {} : { community_id: identified }),
      partial: false,
      ...(action === null ? {} : { action: action as NonNullable<LoggedFlow['action']> }),
      ...(interfaceId === null ? {} : { interface_id: interfaceId }),
      ...(flags === 0 ? {} : { tcp_flags: flags - 1 }),
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
