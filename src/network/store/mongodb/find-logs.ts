import type { Collection, Document } from 'mongodb';
import type { ProtocolRecord } from '../../records/log-records.ts';
import type { FlowQuery, LogPage } from '../flow-store.ts';
import { recordOf } from './documents.ts';
import { behind, commonFilter, MOST_MS, partOf, placeText } from './queries.ts';

/** Records that are looked through for a text before a page ends short. */
const MOST_LOOKED_AT = 20_000;

/** Newest first. Throws `flows_cursor_invalid`, `flows_query_invalid`. */
export async function findLogs(collection: Collection, query: FlowQuery): Promise<LogPage> {
  const { limit, text } = query;
  const part = text === undefined ? null : partOf(text);
  const cursor = collection
    .find({ $and: [...commonFilter(query), ...behind(query.cursor, '_id')] })
    .sort({ _us: -1, _id: -1 })
    .allowDiskUse(true)
    .maxTimeMS(MOST_MS);
  const found: Document[] = [];
  let lookedAt = 0;
  let end: Document | null = null;
  let isMore = false;
  for await (const document of cursor) {
    if (found.length === limit || lookedAt === MOST_LOOKED_AT) {
      isMore = true;
      break;
    }
    lookedAt += 1;
    end = document;
    if (!part || hasText(document, part)) found.push(document);
  }
  return {
    records: found.map((document) => recordOf<ProtocolRecord>(document)),
    next: isMore && end ? placeText(Number(end['_us']), String(end['_id'])) : null,
  };
}

function hasText(document: Document, part: RegExp): boolean {
  return Object.values(recordOf<object>(document)).some((value: unknown) =>
    Array.isArray(value)
      ? value.some((each) => typeof each === 'string' && part.test(each))
      : typeof value === 'string' && part.test(value),
  );
}
