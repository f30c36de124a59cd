import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ProtocolRecord } from '../../../records/log-records.ts';
import { addressWords } from '../../address-words.ts';
import { AddressBook, PackedAddresses } from './address-book.ts';
import { type Column, columnOf, packColumns } from './column-pack.ts';
import { UID_WORDS } from './row-columns.ts';
import { uidWords } from './uid-words.ts';
import type { LoadPart } from './flow-segment.ts';

/** What filters look at; the records themselves lie beside it as they came. */
export const LogKey = {
  ts: 0,
  originator: 1,
  responder: 2,
  originatorPort: 3,
  responderPort: 4,
  /** Place in `protocols`. */
  protocol: 5,
  uid: 6,
  /** By chance: tells records of one flow and one moment apart. */
  serial: 9,
} as const;
const LOG_KEYS = 10;

export const protocols = ['tcp', 'udp', 'icmp', 'unknown_transport'] as const;

export const logParts = ['addresses', 'keys', 'records'] as const;
export type LogPart = (typeof logParts)[number];

/** Reading one record unpacks all of its segment. */
export const MOST_LOG_ROWS = 4096;

/** A record and what tells it from others of its flow and moment. */
export interface LogRow {
  readonly record: ProtocolRecord;
  readonly serial: number;
}

export interface PackedLogs {
  readonly parts: Readonly<Record<LogPart, Uint8Array>>;
  /** Of all records as text, in characters: what whoever reads one of them has in memory. */
  readonly textLength: number;
}

/** `null`: an address of one of them is none. At most {@link MOST_LOG_ROWS}. */
export function packLogs(rows: readonly LogRow[]): PackedLogs | null {
  const addresses = new AddressBook();
  const columns = Array.from({ length: LOG_KEYS }, () => new Float64Array(rows.length));
  for (const [row, { record, serial }] of rows.entries()) {
    const originator = addressWords(record['id.orig_h']);
    const responder = addressWords(record['id.resp_h']);
    if (originator === null || responder === null) return null;
    columns[LogKey.ts]![row] = Math.round(record.ts * 1e6);
    columns[LogKey.originator]![row] = addresses.place(originator.isVersion6, ...originator.words);
    columns[LogKey.responder]![row] = addresses.place(responder.isVersion6, ...responder.words);
    columns[LogKey.originatorPort]![row] = record['id.orig_p'];
    columns[LogKey.responderPort]![row] = record['id.resp_p'];
    columns[LogKey.protocol]![row] = protocols.indexOf(record.proto);
    const { words } = uidWords(record.uid);
    for (let word = 0; word < UID_WORDS; word += 1) columns[LogKey.uid + word]![row] = words[word]!;
    columns[LogKey.serial]![row] = serial;
  }
  const text = JSON.stringify(rows.map(({ record }) => record));
  return {
    parts: {
      addresses: addresses.pack(),
      keys: packColumns(columns, rows.length),
      records: zstdCompressSync(text),
    },
    textLength: text.length,
  };
}

/** Records of one log as they were packed. */
export class LogSegment {
  readonly rows: number;
  readonly #load: LoadPart<LogPart>;
  readonly #columns: (Column | undefined)[] = [];
  #keys: Uint8Array | null = null;
  #addresses: PackedAddresses | null = null;
  #records: readonly ProtocolRecord[] | null = null;

  constructor(rows: number, load: LoadPart<LogPart>) {
    this.rows = rows;
    this.#load = load;
  }

  column(key: number): Column {
    this.#keys ??= this.#load('keys');
    this.#columns[key] ??= columnOf(this.#keys, key, this.rows);
    return this.#columns[key];
  }

  key(key: number, row: number): number {
    const { values, base } = this.column(key);
    return values[row]! + base;
  }

  get addresses(): PackedAddresses {
    this.#addresses ??= new PackedAddresses(this.#load('addresses'));
    return this.#addresses;
  }

  get records(): readonly ProtocolRecord[] {
    this.#records ??= JSON.parse(zstdDecompressSync(this.#load('records')).toString()) as ProtocolRecord[];
    return this.#records;
  }
}
