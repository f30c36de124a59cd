import type { Document, Filter } from 'mongodb';
import { networkErrors } from '../../errors.ts';
import type { FlowQuery, RangeQuery } from '../flow-store.ts';
import { canonical } from '../notice-page.ts';

/** A question that the server has not answered by then is given up. */
export const MOST_MS = 30_000;

export function rangeFilter({ from, to, sensor }: RangeQuery): Filter<Document> {
  return {
    _us: { $gte: Math.ceil(from * 1e6), $lt: Math.ceil(to * 1e6) },
    ...(sensor === undefined ? {} : { _sensor: sensor }),
  };
}

const PROTOCOLS: ReadonlySet<string> = new Set(['tcp', 'udp', 'icmp', 'unknown_transport']);

/** What flows and logs have in common. Values stand as values alone: no text of a query is an operator. Throws `flows_query_invalid`. */
export function commonFilter(query: FlowQuery): Filter<Document>[] {
  const { address, peer, port, proto } = query;
  if (proto !== undefined && !PROTOCOLS.has(proto)) {
    throw networkErrors('flows_query_invalid', { detail: `“${proto}” is no transport` });
  }
  return [
    rangeFilter(query),
    ...endsFilter(address, peer),
    ...(port === undefined ? [] : [{ $or: [{ 'id.orig_p': port }, { 'id.resp_p': port }] }]),
    ...(proto === undefined ? [] : [{ proto }]),
  ];
}

function endsFilter(address: string | undefined, peer: string | undefined): Filter<Document>[] {
  const one = address ?? peer;
  if (one === undefined) return [];
  const first = canonical(one);
  if (address === undefined || peer === undefined) return [{ _ends: first }];
  const second = canonical(peer);
  return [
    // There is an index of either end.
    { _ends: first },
    {
      $or: [
        { 'id.orig_h': first, 'id.resp_h': second },
        { 'id.orig_h': second, 'id.resp_h': first },
      ],
    },
  ];
}

export function flowFilter(query: FlowQuery): Filter<Document>[] {
  const { service, state, text } = query;
  return [
    ...commonFilter(query),
    ...(service === undefined ? [] : [{ _services: service }]),
    ...(state === undefined ? [] : [{ conn_state: state }]),
    ...(text === undefined
      ? []
      : [
          {
            $or: [
              ...['service', 'process', 'user', 'action', 'interface_id'].map((name) => ({ [name]: partOf(text) })),
              { uid: text },
              { community_id: text },
            ],
          },
        ]),
  ];
}

export function partOf(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
}

/** A place behind a document, the newest first: its microseconds, and what orders those of one moment. */
export function placeText(us: number, name: string): string {
  return Buffer.from(JSON.stringify([us, name])).toString('base64url');
}

/** Throws `flows_cursor_invalid`. */
export function behind(cursor: string | undefined, field: 'uid' | '_id'): Filter<Document>[] {
  if (cursor === undefined) return [];
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw networkErrors('flows_cursor_invalid');
  }
  const [us, name] = Array.isArray(place) ? (place as unknown[]) : [];
  if (typeof us !== 'number' || typeof name !== 'string') throw networkErrors('flows_cursor_invalid');
  return [{ $or: [{ _us: { $lt: us } }, { _us: us, [field]: { $lt: name } }] }];
}
