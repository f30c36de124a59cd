/**
 * How many findings a place has and what is open there, kept with every change of them, so that whoever lists places goes
 * through none. A place that has no row yet is counted once: it was written by an earlier release, or never had any.
 */
import { hasCode } from '../base/errors.ts';
import type { RecordItem, RecordOperation } from '../storage/index.ts';
import { severities, type Finding, type Severity } from './finding.ts';
import type { FindingsDeps } from './findings-deps.ts';
import { COUNTS, keys, membersOf, type CountsRow, type FindingRow, type MemberRow, type WorstRow } from './records.ts';

type Deps = Pick<FindingsDeps, 'records' | 'clock' | 'settings'>;

/** What is wrong and open at a place; what could not be looked at is none of it. */
export interface OpenAtPlace {
  readonly counts: { readonly [S in Severity]: number };
  /** Worst first, at most {@link WORST_SHOWN}. */
  readonly worst: readonly WorstRow[];
}

export const WORST_SHOWN = 3;
/** More than are shown, so that a few can be mended before somebody has to look who follows. */
const WORST_KEPT = 10;
const AT_ONCE = 100;

type AsRead = 'absent' | { readonly revision: string };

/** One finding before and after a change, and the place it was seen at last. */
export interface CountedTurn {
  readonly before: FindingRow | null;
  readonly after: Finding;
  readonly scopeId: string;
}

/**
 * What goes into the transaction of these turns: an operation for each place whose counts change, conditional on the row as
 * it was read. At most two places for each turn, and one for all that are seen at one place for the first time.
 */
export async function countOperations(deps: Deps, turns: readonly CountedTurn[]): Promise<readonly RecordOperation[]> {
  const moves = turns.flatMap(movesOf);
  const operations: RecordOperation[] = [];
  for (const [scopeId, own] of Map.groupBy(moves, (move) => move.scopeId)) {
    const { value, revision } = await countsOf(deps, scopeId);
    const next = own.reduce(moved, value);
    operations.push(putCounts(deps, scopeId, next, { revision }));
  }
  return operations;
}

interface Move {
  readonly scopeId: string;
  readonly members: number;
  /** Open no more, or not as it was. */
  readonly gone: WorstRow | null;
  readonly come: WorstRow | null;
}

function movesOf({ before, after, scopeId }: CountedTurn): readonly Move[] {
  const gone = before && openOf(before);
  const come = openOf(after);
  if (before?.scopeId === scopeId) {
    const isSame = gone?.severity === come?.severity && gone?.title === come?.title;
    return isSame ? [] : [{ scopeId, members: 0, gone, come }];
  }
  // It is seen at another place than before, and stays known where it was.
  return [
    ...(before && gone ? [{ scopeId: before.scopeId, members: 0, gone, come: null }] : []),
    { scopeId, members: 1, gone: null, come },
  ];
}

function openOf({ findingId, title, severity, state, verdict }: Finding): WorstRow | null {
  return state === 'open' && verdict === 'fail' ? { findingId, title, severity } : null;
}

function moved(row: CountsRow, { members, gone, come }: Move): CountsRow {
  const open = { ...row.open };
  if (gone) open[gone.severity] = Math.max(0, open[gone.severity] - 1);
  const left = row.worst.filter(({ findingId }) => findingId !== gone?.findingId);
  if (come) open[come.severity] += 1;
  // Who is not among the worst that are known may follow one that is not known: then it waits to be looked up.
  const isWhole = left.length === totalOf(open) - (come ? 1 : 0);
  const last = left.at(-1);
  const isAmong = come !== null && (isWhole || (last !== undefined && worstFirst(come, last) < 0));
  const worst = isAmong ? [...left, come].toSorted(worstFirst).slice(0, WORST_KEPT) : left;
  return { ...row, members: row.members + members, open, worst };
}

function worstFirst(one: WorstRow, other: WorstRow): number {
  const by = severities.indexOf(one.severity) - severities.indexOf(other.severity);
  return by || (one.findingId < other.findingId ? -1 : 1);
}

const totalOf = (open: CountsRow['open']): number => severities.reduce((sum, each) => sum + open[each], 0);

/** Reads the row of a place, or makes it. */
export async function countsOf(deps: Deps, scopeId: string): Promise<RecordItem<CountsRow>> {
  const { pk, sk } = keys.counts(scopeId);
  for (;;) {
    const known = await deps.records.get<CountsRow>(pk, sk);
    if (known) return known;
    await writeCounted(deps, scopeId, 'absent');
  }
}

/** Counts a place anew: what was forgotten by its age is told to nobody. Resolves to the row there is then. */
export async function recount(deps: Deps, before: RecordItem<CountsRow>): Promise<RecordItem<CountsRow>> {
  await writeCounted(deps, before.sk, { revision: before.revision });
  return await countsOf(deps, before.sk);
}

async function writeCounted(deps: Deps, scopeId: string, condition: AsRead): Promise<void> {
  const value = await counted(deps, scopeId);
  try {
    await deps.records.transact([putCounts(deps, scopeId, value, condition)]);
  } catch (error) {
    // Something changed there meanwhile, and whoever changed it has counted it.
    if (!hasCode(error, 'record_conflict')) throw error;
  }
}

/** Where nothing is open the row goes with what was fixed there: a place that is looked at again is counted again. */
function putCounts({ clock, settings }: Deps, scopeId: string, value: CountsRow, condition: AsRead): RecordOperation {
  const ends = totalOf(value.open) === 0 ? { expiresAtMs: clock() + settings.findingsFixedKeptMs } : {};
  return { op: 'put', ...keys.counts(scopeId), value, ...ends, if: condition };
}

async function counted({ records, clock }: Deps, scopeId: string): Promise<CountsRow> {
  const open = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  let [members, worst]: [number, WorstRow[]] = [0, []];
  let after: string | undefined;
  do {
    const options = { limit: AT_ONCE, ...(after === undefined ? {} : { after }) };
    const page = await records.query<MemberRow>(membersOf(scopeId), options);
    members += page.items.length;
    const rows = await Promise.all(
      page.items.map(({ sk }) => records.get<FindingRow>(keys.finding(sk).pk, keys.finding(sk).sk)),
    );
    for (const row of rows) {
      const wrong = row?.value.scopeId === scopeId ? openOf(row.value) : null;
      if (!wrong) continue;
      open[wrong.severity] += 1;
      worst.push(wrong);
    }
    worst = worst.toSorted(worstFirst).slice(0, WORST_KEPT);
    after = page.next;
  } while (after !== undefined);
  return { members, open, worst, countedMs: clock() };
}

/** In the order of the places. Those whose worst are not known any more are gone through once, and known again. */
export async function openAt(deps: Deps, scopeIds: readonly string[]): Promise<readonly OpenAtPlace[]> {
  const rows = scopeIds.length > AT_ONCE ? await everyRow(deps) : new Map<string, RecordItem<CountsRow>>();
  const all: OpenAtPlace[] = [];
  for (const scopeId of scopeIds) {
    let item = rows.get(scopeId) ?? (await countsOf(deps, scopeId));
    if (item.value.worst.length < Math.min(WORST_SHOWN, totalOf(item.value.open))) item = await recount(deps, item);
    const { open, worst } = item.value;
    all.push({ counts: open, worst: worst.slice(0, WORST_SHOWN) });
  }
  return all;
}

async function everyRow({ records }: Deps): Promise<ReadonlyMap<string, RecordItem<CountsRow>>> {
  const rows = new Map<string, RecordItem<CountsRow>>();
  let after: string | undefined;
  do {
    const options = { limit: 1000, ...(after === undefined ? {} : { after }) };
    const page = await records.query<CountsRow>(COUNTS, options);
    for (const item of page.items) rows.set(item.sk, item);
    after = page.next;
  } while (after !== undefined);
  return rows;
}
