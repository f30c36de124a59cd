/**
 * Which events of an object were heard before. The last few ids lie in its row; an object that changes often has older
 * ones in rows of their own, which are read only when an event comes that is not newer than all that were heard.
 */
import type { RecordStore } from '../../storage/index.ts';
import { isLater, type ObjectEvent } from './events/object-event.ts';
import type { ObjectRow, SeenRow } from './rows.ts';

/** In the row of the object; when there are twice as many, the older ones are moved. */
const SEEN_KEPT = 24;
/** Rows of older ids, of at least as many: an event that comes again after some 10,000 others counts twice. */
const MOVED_KEPT = 400;
const MOVED = 'seen-';

/** What has to be written in place of `row`; `null`: it has few enough. */
export function moveSeen(
  row: ObjectRow,
): { readonly row: ObjectRow; readonly sk: string; readonly older: SeenRow } | null {
  if (row.seen.length < SEEN_KEPT * 2) return null;
  const moved = row.moved ?? 0;
  return {
    row: { ...row, seen: row.seen.slice(-SEEN_KEPT), moved: moved + 1 },
    sk: `${MOVED}${moved % MOVED_KEPT}`,
    older: { ids: row.seen.slice(0, -SEEN_KEPT) },
  };
}

/** The older ids, as far as one of the events could be among them. */
export async function idsMoved(
  pk: string,
  row: ObjectRow,
  events: readonly ObjectEvent[],
  records: RecordStore,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const isInQuestion = ({ eventId, sequencer }: ObjectEvent): boolean =>
    !row.seen.includes(eventId) && !(sequencer !== null && row.latest !== null && isLater(sequencer, row.latest));
  if (row.moved === undefined || !events.some(isInQuestion)) return found;
  let after: string | undefined;
  do {
    const page = await records.query<SeenRow>(pk, { limit: 1000, ...(after === undefined ? {} : { after }) });
    for (const { sk, value } of page.items) {
      if (sk.startsWith(MOVED)) for (const id of value.ids) found.add(id);
    }
    after = page.next;
  } while (after !== undefined);
  return found;
}
