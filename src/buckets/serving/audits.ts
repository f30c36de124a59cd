/** The guard of buckets as a server runs it: looks that somebody begins in the browser, and what they found. */
import { errorFacts } from '../../base/error-facts.ts';
import { hasCode } from '../../base/errors.ts';
import type { Finding, Findings } from '../../findings/index.ts';
import { bucketErrors } from '../errors.ts';
import { keys, PLACES, type BucketRow, type PlaceRow, type ProofRow, type RunningRow } from '../records.ts';
import { bucketRows, forgetBuckets } from './keep.ts';
import { decidedIds, lineOf, listBuckets, type BucketsFilter, type BucketsPage, type ListedLine } from './list.ts';
import type { BucketPlace } from './place.ts';
import type { Proof } from './proof.ts';
import { beginRunning, runningNow, stopRunning, type Auditor } from './running.ts';
import { runAudit, type AuditRunDeps } from './run-audit.ts';

export interface BucketAuditsDeps extends AuditRunDeps {
  readonly places: readonly BucketPlace[];
  readonly findings: Pick<Findings, 'list' | 'show' | 'beginRun' | 'observe' | 'endRun'>;
}

export interface KnownPlace {
  readonly place: BucketPlace;
  /** How its last look went; `null`: there was none. */
  readonly last: PlaceRow | null;
}

export interface ShownBucket {
  readonly line: ListedLine;
  readonly place: BucketPlace;
  readonly proof: Proof;
  /** What is or was wrong with it, as it stands now. */
  readonly findings: readonly Finding[];
}

/** Everything that can be asked of it. Who may is decided where it is called from. Disposing stops a look and waits. */
export interface BucketAudits extends AsyncDisposable {
  places(): Promise<{ readonly places: readonly KnownPlace[]; readonly running: RunningRow | null }>;
  /** `placeId` null: all places. Throws `buckets_no_place`, `buckets_place_not_found`, `buckets_audit_runs`. */
  begin(who: Auditor, wish: { readonly placeId: string | null; readonly probe: boolean }): Promise<void>;
  /** That there is none is no error. */
  stop(who: Auditor): Promise<void>;
  list(
    filter: BucketsFilter,
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<BucketsPage>;
  /** Throws `bucket_not_found`. */
  show(bucketId: string): Promise<ShownBucket>;
}

export function openBucketAudits(deps: BucketAuditsDeps): BucketAudits {
  const { places, records, findings, log } = deps;
  const byId = new Map(places.map((place) => [place.placeId, place]));
  const placeIds = new Set(byId.keys());
  let current: { readonly auditId: string; readonly stopping: AbortController; readonly done: Promise<void> } | null =
    null;

  const run = async (chosen: readonly BucketPlace[], row: RunningRow, stopping: AbortController): Promise<void> => {
    try {
      await forgetOtherPlaces();
      await runAudit(deps, chosen, row, stopping);
    } catch (error) {
      log.error(errorFacts(error), 'The audit of buckets ended with an error');
    } finally {
      if (current?.auditId === row.auditId) current = null;
    }
  };
  /** What was found in a place that no server looks at any more is forgotten; another one may know it still. */
  const forgetOtherPlaces = async (): Promise<void> => {
    const others: BucketRow[] = [];
    const sinceMs = deps.clock() - deps.settings.bucketsOtherPlacesKeptMs;
    for await (const row of bucketRows(records)) {
      if (!placeIds.has(row.placeId) && row.lastSeenMs < sinceMs) others.push(row);
    }
    await forgetBuckets(records, others);
  };

  return {
    async places() {
      const { items } = await records.query<PlaceRow>(PLACES, { limit: 1000 });
      const rows = new Map(items.map(({ sk, value }) => [sk, value]));
      return {
        places: places.map((place) => ({ place, last: rows.get(place.placeId) ?? null })),
        running: await runningNow(deps),
      };
    },
    async begin(who, { placeId, probe }) {
      const chosen = placeId === null ? places : places.filter((place) => place.placeId === placeId);
      if (places.length === 0) throw bucketErrors('buckets_no_place');
      if (chosen.length === 0) throw bucketErrors('buckets_place_not_found');
      // One that was stopped a moment ago comes to its end first.
      if (current?.stopping.signal.aborted === true) await current.done;
      const row = await beginRunning(deps, who, { placeIds: chosen.map((place) => place.placeId), probe });
      const stopping = new AbortController();
      current = { auditId: row.auditId, stopping, done: run(chosen, row, stopping) };
    },
    async stop(who) {
      const stopped = await stopRunning(deps, who);
      // On another server it sees by itself that it is not wanted any more.
      if (stopped !== null && current?.auditId === stopped) current.stopping.abort();
    },
    list: (filter, page) => listBuckets({ records, findings, placeIds }, filter, page),
    async show(bucketId) {
      const at = keys.bucket(bucketId);
      const isId = /^[0-9a-f]{32}$/.test(bucketId);
      const row = isId ? (await records.get<BucketRow>(at.pk, at.sk))?.value : undefined;
      const place = row && byId.get(row.placeId);
      const kept = row && (await records.get<ProofRow>(keys.proof(bucketId).pk, keys.proof(bucketId).sk));
      if (!row || !place || !kept) throw bucketErrors('bucket_not_found', { attempted: `Show the bucket ${bucketId}` });
      const proof = JSON.parse(kept.value.json) as Proof;
      const found = await Promise.all(proof.findingIds.map((id) => findingOrNull(findings, id)));
      return {
        line: lineOf(row, await decidedIds(findings)),
        place,
        proof,
        findings: found.filter((each) => each !== null),
      };
    },
    async [Symbol.asyncDispose]() {
      current?.stopping.abort();
      await current?.done;
    },
  };
}

/** `null`: it was forgotten meanwhile. */
async function findingOrNull(findings: Pick<Findings, 'show'>, findingId: string): Promise<Finding | null> {
  try {
    return (await findings.show(findingId)).finding;
  } catch (error) {
    if (hasCode(error, 'finding_not_found')) return null;
    throw error;
  }
}
