import type { Document } from 'mongodb';
import { connColumns } from '../../records/conn-record.ts';
import { logColumns } from '../../records/log-columns.ts';
import type { ProtocolRecord } from '../../records/log-records.ts';
import { type KeptFlow, loggedColumns, servedPort } from '../../records/logged-flow.ts';
import type { NoticeRecord } from '../../records/notice-record.ts';

/**
 * Records as documents with Zeek's names: `id.orig_h` lies nested, so that a query for "id.orig_h" finds it; times are Dates, counts
 * Longs (the driver makes them of BigInts). A Date has no microseconds: `_us` has. What begins with `_` is ours, for queries and retention.
 */
export interface Kept {
  readonly batch: string;
  readonly sensor: string;
  readonly stored: Date;
}

const ENDS = ['orig_h', 'orig_p', 'resp_h', 'resp_p'] as const;
/** Milliseconds: what a Date may be. */
const MOST_DATE_MS = 8.64e15;

const CONN = { ...connColumns, ...loggedColumns };

export function connDocument(record: KeptFlow, place: number, kept: Kept): Document {
  return {
    ...common(record, CONN, `conn ${place}`, kept),
    _services: record.service?.split(',') ?? ['-'],
    ...(record.proto === 'tcp' || record.proto === 'udp' ? { _port: `${servedPort(record)}/${record.proto}` } : {}),
  };
}

export function logDocument(record: ProtocolRecord, place: number, kept: Kept): Document {
  return common(record, logColumns[record.log], `log ${place}`, kept);
}

type Types = Readonly<Record<string, string>>;

function common(record: KeptFlow | ProtocolRecord, types: Types, place: string, kept: Kept): Document {
  const fields = Object.entries(record)
    .filter(([name]) => !name.startsWith('id.'))
    .map(([name, value]) => [name, typedValue(types[name], value)]);
  return {
    ...Object.fromEntries(fields),
    // The same batch again makes the same documents again.
    _id: `${kept.batch} ${place}`,
    id: Object.fromEntries(ENDS.map((end) => [end, record[`id.${end}`]])),
    ts: new Date(record.ts * 1000),
    _us: BigInt(Math.round(record.ts * 1e6)),
    _ends: [...new Set([record['id.orig_h'], record['id.resp_h']])],
    ...{ _sensor: kept.sensor, _stored: kept.stored },
  };
}

/** What is no whole number, or no time that a Date holds, stays a number. */
function typedValue(type: string | undefined, value: unknown): unknown {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return value;
  if (type === 'count') return BigInt(value);
  return type === 'time' && Math.abs(value * 1000) <= MOST_DATE_MS ? new Date(value * 1000) : value;
}

/** As it was before it became a document. */
export function recordOf<Record>(document: Document): Record {
  const { id, ts: _ts, ...fields } = document;
  const record: { [name: string]: unknown } = { ts: Number(document['_us']) / 1e6 };
  for (const end of ENDS) record[`id.${end}`] = id[end];
  for (const [name, value] of Object.entries(fields)) {
    if (!name.startsWith('_')) record[name] = value instanceof Date ? value.getTime() / 1000 : value;
  }
  return record as Record;
}

export function noticeDocument(notice: NoticeRecord, { sensor, stored }: Omit<Kept, 'batch'>): Document {
  const { ts, first, last, n } = notice;
  return {
    ...notice,
    ...{ ts: new Date(ts * 1000), first: new Date(first * 1000), last: new Date(last * 1000), n: BigInt(n) },
    // As they were, with what a Date does not hold.
    _times: [ts, first, last],
    ...{ _first: first, _last: last, _sensor: sensor, _stored: stored },
  };
}

export function noticeOf(document: Document): NoticeRecord {
  const { _id, _times: times, _first, _last, _sensor, _stored, ...notice } = document;
  const [ts, first, last] = times as number[];
  return { ...notice, ts, first, last } as unknown as NoticeRecord;
}
