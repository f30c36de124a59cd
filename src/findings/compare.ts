import { findingErrors } from './errors.ts';
import { isProblem, rank, severities, verdicts, type Severity, type State, type Verdict } from './finding.ts';
import type { FindingsDeps } from './findings-deps.ts';
import { keys, verdictsOf, type FindingRow, type RunRow, type SeenVerdict, type VerdictsRow } from './records.ts';
import { runOf } from './runs.ts';

export interface Difference {
  readonly findingId: string;
  readonly title: string;
  readonly check: string;
  readonly resource: string;
  readonly severity: Severity;
  readonly before: Verdict | null;
  readonly after: Verdict | null;
  /** What it is today; `null`: no longer known. */
  readonly state: State | null;
}

export interface Comparison {
  readonly from: RunRow;
  readonly to: RunRow;
  /** Each worst first. */
  readonly opened: readonly Difference[];
  readonly fixed: readonly Difference[];
  readonly changed: readonly Difference[];
  /** Wrong in both. */
  readonly same: number;
}

/** What changed between two runs that looked at the same place. Throws `finding_run_not_found`. */
export async function compareRuns(deps: FindingsDeps, fromId: string, toId: string): Promise<Comparison> {
  const [{ value: from }, { value: to }] = await Promise.all([runOf(deps, fromId), runOf(deps, toId)]);
  if (from.source !== to.source || from.scope !== to.scope) {
    throw findingErrors('finding_run_not_found', {
      attempted: 'Compare two runs',
      detail: 'they looked at different places',
      remedy: 'Name two runs of the same source and scope.',
    });
  }
  const [before, after] = await Promise.all([verdictsIn(deps, fromId), verdictsIn(deps, toId)]);
  const opened: Difference[] = [];
  const fixed: Difference[] = [];
  const changed: Difference[] = [];
  let same = 0;
  const differing: {
    readonly into: Difference[];
    readonly id: string;
    was: SeenVerdict | null;
    is: SeenVerdict | null;
  }[] = [];
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(id) ?? null, after.get(id) ?? null];
    const wasWrong = was !== null && isProblem(was.verdict);
    const isWrong = is !== null && isProblem(is.verdict);
    if (!wasWrong && !isWrong) continue;
    if (wasWrong && isWrong && was.verdict === is.verdict) {
      same += 1;
      continue;
    }
    differing.push({ into: wasWrong && isWrong ? changed : isWrong ? opened : fixed, id, was, is });
  }
  for (let at = 0; at < differing.length; at += READ_AT_ONCE) {
    const some = differing.slice(at, at + READ_AT_ONCE);
    const described = await Promise.all(some.map(({ id, was, is }) => describe(deps, id, was, is)));
    for (const [place, difference] of described.entries()) some[place]?.into.push(difference);
  }
  return { from, to, opened: worstFirst(opened), fixed: worstFirst(fixed), changed: worstFirst(changed), same };
}

const READ_AT_ONCE = 100;

async function verdictsIn({ records }: FindingsDeps, runId: string): Promise<Map<string, SeenVerdict>> {
  const seen = new Map<string, SeenVerdict>();
  let after: string | undefined;
  do {
    const options = { limit: 20, ...(after === undefined ? {} : { after }) };
    const page = await records.query<VerdictsRow>(verdictsOf(runId), options);
    for (const { value } of page.items) {
      for (const [findingId, verdict, severity] of value.seen) {
        seen.set(findingId, {
          findingId,
          verdict: verdicts[verdict] ?? 'unknown',
          severity: severities[severity] ?? 'info',
        });
      }
    }
    after = page.next;
  } while (after !== undefined);
  return seen;
}

async function describe(
  { records }: FindingsDeps,
  findingId: string,
  was: SeenVerdict | null,
  is: SeenVerdict | null,
): Promise<Difference> {
  const { pk, sk } = keys.finding(findingId);
  const row = (await records.get<FindingRow>(pk, sk))?.value;
  return {
    findingId,
    title: row?.title ?? 'No longer known',
    check: row?.check ?? '',
    resource: row?.resource.name ?? '',
    severity: (is ?? was)?.severity ?? 'info',
    before: was?.verdict ?? null,
    after: is?.verdict ?? null,
    state: row?.state ?? null,
  };
}

function worstFirst(differences: readonly Difference[]): Difference[] {
  const place = ({ severity, after, before }: Difference): string =>
    rank({ severity, verdict: after ?? before ?? 'pass' });
  return differences.toSorted((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
}
