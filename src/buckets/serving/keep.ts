/** Keeps what an audit of a place has found, in the place of what the one before had. */
import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { findingId, isProblem, severities, verdicts } from '../../findings/index.ts';
import type { RecordOperation, RecordStore } from '../../storage/index.ts';
import type { Audit, AuditedBucket } from '../auditing/audit.ts';
import type { KnownFindings } from '../auditing/report.ts';
import { BUCKETS, keys, VERDICTS_KEPT, type BucketRow } from '../records.ts';
import type { BucketPlace } from './place.ts';
import { proofJson, proofOf } from './proof.ts';

export interface Kept {
  readonly auditId: string;
  readonly place: Pick<BucketPlace, 'placeId' | 'endpoint'>;
  readonly known: KnownFindings;
  readonly nowMs: number;
}

/** Two rows each, the larger below 350 KiB: together below what a transaction takes. */
const BUCKETS_AT_ONCE = 8;

export async function keepAudit(records: RecordStore, audit: Audit, kept: Kept): Promise<void> {
  const before = new Map<string, BucketRow>();
  for await (const row of bucketRows(records)) before.set(row.bucketId, row);
  for (let at = 0; at < audit.buckets.length; at += BUCKETS_AT_ONCE) {
    const some = audit.buckets.slice(at, at + BUCKETS_AT_ONCE);
    await records.transact(some.flatMap((each) => operationsOf(audit, each, kept, before)));
  }
  const seen = new Set(
    audit.buckets.flatMap(({ observations: [first] }) => (first ? [bucketIdOf(first.resource.uid)] : [])),
  );
  if (!audit.complete) return;
  const gone = [...before.values()].filter(
    ({ bucketId, placeId }) => placeId === kept.place.placeId && !seen.has(bucketId),
  );
  await forgetBuckets(records, gone);
}

export async function forgetBuckets(records: RecordStore, gone: readonly Pick<BucketRow, 'bucketId'>[]): Promise<void> {
  for (let at = 0; at < gone.length; at += 50) {
    const operations = gone.slice(at, at + 50).flatMap(({ bucketId }): RecordOperation[] => [
      { op: 'delete', ...keys.bucket(bucketId) },
      { op: 'delete', ...keys.proof(bucketId) },
    ]);
    await records.transact(operations);
  }
}

/** So many are read in a few hundredths of a second; then others have their turn. */
const ROWS_AT_ONCE = 200;

/** Every bucket that is kept. */
export async function* bucketRows(records: RecordStore): AsyncGenerator<BucketRow> {
  let after: string | undefined;
  do {
    const options = { limit: ROWS_AT_ONCE, ...(after === undefined ? {} : { after }) };
    const page = await records.query<BucketRow>(BUCKETS, options);
    for (const { value } of page.items) yield value;
    after = page.next;
    if (after !== undefined) await turn();
  } while (after !== undefined);
}

export function bucketIdOf(uid: string): string {
  return createHash('sha256').update(uid).digest('hex').slice(0, 32);
}

function operationsOf(
  audit: Audit,
  audited: AuditedBucket,
  { auditId, place, known, nowMs }: Kept,
  rows: ReadonlyMap<string, BucketRow>,
): readonly RecordOperation[] {
  const { facts, exposure, observations } = audited;
  const [first] = observations;
  if (!first) return [];
  const { uid } = first.resource;
  const bucketId = bucketIdOf(uid);
  const before = rows.get(bucketId);
  const { verdict } = exposure;
  const verdictsBefore = before?.verdicts ?? [];
  const row: BucketRow = {
    ...{ bucketId, uid, auditId, placeId: place.placeId },
    bucket: facts.bucket.toWellFormed(),
    region: facts.region.known ? facts.region.value.slice(0, 64) : null,
    verdict,
    summary: exposure.summary.slice(0, 2000).toWellFormed(),
    problems: observations
      .filter((each) => isProblem(each.verdict))
      .map((each) => [findingId(each), each.check, severities.indexOf(each.severity), verdicts.indexOf(each.verdict)]),
    firstSeenMs: before?.firstSeenMs ?? nowMs,
    lastSeenMs: nowMs,
    verdicts:
      verdictsBefore[0]?.verdict === verdict
        ? verdictsBefore
        : [{ atMs: nowMs, verdict }, ...verdictsBefore].slice(0, VERDICTS_KEPT),
  };
  const findingIds = observations
    .map((each) => ({ id: findingId(each), verdict: each.verdict }))
    .filter((each) => isProblem(each.verdict) || known.has(each.id))
    .map(({ id }) => id);
  const proof = proofOf(audit, audited, { known, endpoint: place.endpoint, findingIds, atMs: nowMs });
  return [
    { op: 'put', ...keys.bucket(bucketId), value: row },
    { op: 'put', ...keys.proof(bucketId), value: { json: proofJson(proof) } },
  ];
}
