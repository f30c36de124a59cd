/** Lists of findings, worst first within each state; filters are held against what the list itself holds. */
import type { RecordItem } from '../storage/index.ts';
import { findingErrors } from './errors.ts';
import { severities, states, type Severity, type State, type Verdict } from './finding.ts';
import type { FindingsDeps } from './findings-deps.ts';
import { listOf, type SummaryRow } from './records.ts';
import { matches } from './rules.ts';

export interface Filter {
  /** Default: `open`. */
  readonly states?: readonly State[] | undefined;
  readonly severities?: readonly Severity[] | undefined;
  readonly verdicts?: readonly Verdict[] | undefined;
  /** Patterns with `*`. */
  readonly check?: string | undefined;
  readonly resource?: string | undefined;
  readonly source?: string | undefined;
  /** Words that all stand in the title, check or resource; upper and lower case are the same. */
  readonly text?: string | undefined;
}

export interface ListPage {
  readonly findings: readonly SummaryRow[];
  readonly next?: string;
}

/** Rows that one call looks at before it answers with what it has: a filter that fits nothing must not hold the server. */
const LOOKED_AT = 5000;

/** `after` is the `next` of the page before. Throws `finding_cursor_invalid`. */
export async function listFindings(
  deps: Pick<FindingsDeps, 'records'>,
  filter: Filter,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<ListPage> {
  const wanted = filter.states ?? ['open'];
  const start = after === undefined ? null : cursorOf(after);
  const findings: SummaryRow[] = [];
  let looked = 0;
  for await (const { value, sk } of rows(deps, wanted, start)) {
    if (fits(filter, value)) findings.push(value);
    looked += 1;
    if (findings.length === limit || looked === LOOKED_AT) {
      return { findings, next: `${value.state}!${sk}` };
    }
  }
  return { findings };
}

/** Every finding that is in one of these states and fits. */
export async function* walkList(
  deps: Pick<FindingsDeps, 'records'>,
  wanted: readonly State[],
  filter: Filter = {},
): AsyncGenerator<SummaryRow> {
  for await (const { value } of rows(deps, wanted, null)) if (fits(filter, value)) yield value;
}

async function* rows(
  { records }: Pick<FindingsDeps, 'records'>,
  wanted: readonly State[],
  start: { readonly state: State; readonly sk: string } | null,
): AsyncGenerator<RecordItem<SummaryRow>> {
  const inOrder = states.filter((state) => wanted.includes(state));
  const from = start ? states.indexOf(start.state) : 0;
  for (const state of inOrder) {
    if (states.indexOf(state) < from) continue;
    let after = start?.state === state ? start.sk : undefined;
    do {
      const options = { limit: 200, ...(after === undefined ? {} : { after }) };
      const page = await records.query<SummaryRow>(listOf(state), options);
      yield* page.items;
      after = page.next;
    } while (after !== undefined);
  }
}

function cursorOf(text: string): { readonly state: State; readonly sk: string } {
  const [name = '', sk = ''] = text.split('!');
  const state = states.find((each) => each === name);
  if (!state || !/^[0-4][0-3]#[0-9a-f]{32}$/.test(sk)) throw findingErrors('finding_cursor_invalid');
  return { state, sk };
}

function fits(filter: Filter, row: SummaryRow): boolean {
  const { resource } = row;
  return (
    (filter.severities?.includes(row.severity) ?? true) &&
    (filter.verdicts?.includes(row.verdict) ?? true) &&
    (filter.source === undefined || filter.source === row.source) &&
    (filter.check === undefined || matches(filter.check, row.check)) &&
    (filter.resource === undefined ||
      matches(filter.resource, resource.uid) ||
      matches(filter.resource, resource.name)) &&
    (filter.text === undefined || hasWords(filter.text, `${row.title} ${row.check} ${resource.name} ${resource.uid}`))
  );
}

function hasWords(words: string, text: string): boolean {
  const low = text.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
}

/** How many there are in each state, and of the open ones in each severity and verdict. */
export interface Totals {
  readonly states: { readonly [S in State]: number };
  readonly open: { readonly [S in Severity]: { readonly fail: number; readonly unknown: number } };
  /** Every guard that has ever seen one of them, in the order of the alphabet. */
  readonly sources: readonly string[];
}

export async function countFindings(deps: Pick<FindingsDeps, 'records'>): Promise<Totals> {
  const byState: Record<string, number> = Object.fromEntries(states.map((state) => [state, 0]));
  const open: Record<string, { fail: number; unknown: number }> = Object.fromEntries(
    severities.map((severity) => [severity, { fail: 0, unknown: 0 }]),
  );
  const sources = new Set<string>();
  for await (const { state, severity, verdict, source } of walkList(deps, states)) {
    sources.add(source);
    byState[state] = (byState[state] ?? 0) + 1;
    const bucket = open[severity];
    if (state === 'open' && bucket && (verdict === 'fail' || verdict === 'unknown')) bucket[verdict] += 1;
  }
  return {
    states: byState as Totals['states'],
    open: open as Totals['open'],
    sources: [...sources].toSorted(),
  };
}
