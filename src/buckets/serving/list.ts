/** The buckets that audits of this server have found, worst first, as decisions about findings stand now. */
import { severities, verdicts, type Findings, type Severity } from '../../findings/index.ts';
import type { RecordStore } from '../../storage/index.ts';
import { verdictRank } from '../auditing/exposure-words.ts';
import { knownFindings } from '../auditing/known-findings.ts';
import { weighed, type BucketLine } from '../auditing/report.ts';
import { allChecks } from '../checks/registry.ts';
import { exposureVerdicts, type ExposureVerdict } from '../exposure/ways.ts';
import type { BucketRow } from '../records.ts';
import { bucketRows } from './keep.ts';

export interface BucketsFilter {
  readonly verdicts?: readonly ExposureVerdict[] | undefined;
  /** Buckets where something as bad as one of these is wrong. */
  readonly severities?: readonly Severity[] | undefined;
  readonly placeId?: string | undefined;
  /** A part of the name; upper and lower case are the same. */
  readonly text?: string | undefined;
}

export interface ListedLine extends BucketLine {
  readonly row: BucketRow;
  /** How much is wrong, by how bad it is. */
  readonly severities: { readonly [S in Severity]: number };
}

export interface BucketsPage {
  readonly lines: readonly ListedLine[];
  readonly next?: string;
  /** How many fit the filter. */
  readonly total: number;
  /** Of all buckets of the place, or of all places: what the filter says of verdicts and severities left aside. */
  readonly counts: { readonly [V in ExposureVerdict]: number };
}

export interface ListDeps {
  readonly records: RecordStore;
  readonly findings: Pick<Findings, 'list'>;
  /** What is listed lies in one of these. */
  readonly placeIds: ReadonlySet<string>;
}

export async function listBuckets(
  { records, findings, placeIds }: ListDeps,
  filter: BucketsFilter,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<BucketsPage> {
  const decided = await decidedIds(findings);
  const counts = Object.fromEntries(exposureVerdicts.map((verdict) => [verdict, 0])) as Record<ExposureVerdict, number>;
  const fitting: ListedLine[] = [];
  for await (const row of bucketRows(records)) {
    if (!placeIds.has(row.placeId) || (filter.placeId !== undefined && row.placeId !== filter.placeId)) continue;
    counts[row.verdict] += 1;
    const line = lineOf(row, decided);
    if (fits(line, filter)) fitting.push(line);
  }
  const sorted = fitting.map((line) => ({ line, key: keyOf(line) })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter(({ key }) => key > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    lines: page.map(({ line }) => line),
    ...(last !== undefined && rest.length > limit ? { next: last.key } : {}),
    total: sorted.length,
    counts,
  };
}

/** Findings that somebody decided to live with: they are wrong, and count for nothing. */
export async function decidedIds(findings: Pick<Findings, 'list'>): Promise<ReadonlySet<string>> {
  return new Set((await knownFindings(findings, ['accepted', 'suppressed'])).keys());
}

export function lineOf(row: BucketRow, decided: ReadonlySet<string>): ListedLine {
  const open = row.problems
    .filter(([findingId]) => !decided.has(findingId))
    .map(([, check, severity, verdict]) => ({
      severity: severities[severity] ?? 'info',
      verdict: verdicts[verdict] ?? 'unknown',
      title: titles.get(check) ?? check,
    }));
  const wrong = open.filter(({ verdict }) => verdict === 'fail');
  const bySeverity = severities.map((severity) => [
    severity,
    wrong.filter((each) => each.severity === severity).length,
  ]);
  return {
    row,
    bucket: row.bucket,
    region: row.region,
    ...weighed(row, open),
    severities: Object.fromEntries(bySeverity) as ListedLine['severities'],
  };
}

const titles = new Map(allChecks.map(({ id, title }) => [id, title]));

function fits({ bucket, verdict, severities: by }: ListedLine, filter: BucketsFilter): boolean {
  return (
    (filter.verdicts?.includes(verdict) ?? true) &&
    (filter.severities?.some((severity) => by[severity] > 0) ?? true) &&
    (filter.text === undefined || bucket.toLowerCase().includes(filter.text.toLowerCase()))
  );
}

/** Sorts as text, worst first, and says where a page ended. */
function keyOf({ verdict, worst, wrong, bucket, row }: ListedLine): string {
  const rank = worst === null ? severities.length : severities.indexOf(worst);
  const few = String(999 - Math.min(wrong, 999)).padStart(3, '0');
  return `${verdictRank(verdict)}${rank}${few}${encodeURIComponent(bucket).slice(0, 300)}!${row.bucketId}`;
}
