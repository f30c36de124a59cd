import { networkErrors } from '../errors.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import { addressText, addressWords } from './address-words.ts';
import type { NoticePage, NoticeQuery } from './flow-store.ts';

/** Whether a notice is one that was asked for, its time and sensor aside. Throws `flows_query_invalid`. */
export function noticeFilter(
  query: Pick<NoticeQuery, 'note' | 'severity' | 'address' | 'text'>,
): (notice: NoticeRecord) => boolean {
  const address = query.address === undefined ? undefined : canonical(query.address);
  const part = query.text?.toLowerCase();
  return (notice) =>
    (query.note === undefined || notice.note === query.note) &&
    (query.severity === undefined || notice.severity === query.severity) &&
    (address === undefined || notice.src === address || notice.dst === address) &&
    (part === undefined || [notice.note, notice.msg, notice.sub].some((text) => text?.toLowerCase().includes(part)));
}

/** As records spell it. Throws `flows_query_invalid`. */
export function canonical(address: string): string {
  const words = addressWords(address);
  if (words === null) throw networkErrors('flows_query_invalid', { detail: `“${address}” is no address` });
  return addressText(words);
}

/** The last raised first; of one moment by their keys. Throws `flows_cursor_invalid`. */
export function noticePage(all: readonly NoticeRecord[], { cursor, limit }: NoticeQuery): NoticePage {
  const after = cursor === undefined ? null : placeOf(cursor);
  const sorted = all.toSorted((a, b) => b.last - a.last || compare(a.key, b.key));
  const rest = after
    ? sorted.filter(({ last, key }) => last < after.last || (last === after.last && compare(key, after.key) > 0))
    : sorted;
  const notices = rest.slice(0, limit);
  const end = notices.at(-1);
  const isMore = rest.length > limit && end !== undefined;
  return { notices, next: isMore ? Buffer.from(JSON.stringify([end.last, end.key])).toString('base64url') : null };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function placeOf(cursor: string): { readonly last: number; readonly key: string } {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place) && typeof place[0] === 'number' && typeof place[1] === 'string') {
      return { last: place[0], key: place[1] };
    }
  } catch {
    // Said below.
  }
  throw networkErrors('flows_cursor_invalid');
}
