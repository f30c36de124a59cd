/** What is known of one place, and what was known of it at some time. */
import type { Finding } from './finding.ts';
import type { FindingsDeps } from './findings-deps.ts';
import {
  EVENTS,
  eventsOf,
  keys,
  membersOf,
  type EventRow,
  type FindingRow,
  type MemberRow,
  type RunRow,
  scopeIdOf,
} from './records.ts';
import { findingOf } from './write.ts';

type Deps = Pick<FindingsDeps, 'records'>;

/** Every finding that a guard has seen there, whatever became of it, in no order that means anything. */
export async function* findingsOf(deps: Deps, place: Pick<RunRow, 'source' | 'scope'>): AsyncGenerator<Finding> {
  let after: string | undefined;
  do {
    const options = { limit: 200, ...(after === undefined ? {} : { after }) };
    const page = await deps.records.query<MemberRow>(membersOf(scopeIdOf(place)), options);
    const rows = await Promise.all(page.items.map(({ sk }) => rowOf(deps, sk)));
    for (const row of rows) if (row) yield findingOf(row);
    after = page.next;
  } while (after !== undefined);
}

/** Those of these that are findings already. */
export async function knownAmong(deps: Deps, findingIds: readonly string[]): Promise<ReadonlySet<string>> {
  const known = await Promise.all(findingIds.map(async (id) => ((await rowOf(deps, id)) ? [id] : [])));
  return new Set(known.flat());
}

/** Entries of a history that are gone through; what was before them is told as what the oldest of them says. */
const MOST_EVENTS = 1000;

/** Whether it was wrong at each of these times, decided on or not. */
export async function wasWrong(
  { records }: Deps,
  findingId: string,
  timesMs: readonly number[],
): Promise<readonly boolean[]> {
  const options = { prefix: EVENTS, reverse: true, limit: MOST_EVENTS };
  const { items } = await records.query<EventRow>(eventsOf(findingId), options);
  return timesMs.map((atMs) => {
    const last = items.find(({ value }) => value.atMs <= atMs)?.value;
    return last !== undefined && last.change !== 'fixed' && last.change !== 'gone';
  });
}

async function rowOf({ records }: Deps, findingId: string): Promise<FindingRow | null> {
  const { pk, sk } = keys.finding(findingId);
  return (await records.get<FindingRow>(pk, sk))?.value ?? null;
}
