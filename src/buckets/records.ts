import type { ExposureVerdict } from './exposure/ways.ts';

/**
 * What audits of a server leave in the RecordStore; in clear, as findings are.
 *
 *     buckets-audit      running       RunningRow: the audit under way
 *     buckets-places     <placeId>     PlaceRow: how the last audit of a place went
 *     buckets            <bucketId>    BucketRow: a line of the list
 *     bucket#<bucketId>  proof         ProofRow: what the page of a bucket shows beside it
 */
export const keys = {
  running: { pk: 'buckets-audit', sk: 'running' },
  place: (placeId: string) => ({ pk: PLACES, sk: placeId }),
  bucket: (bucketId: string) => ({ pk: BUCKETS, sk: bucketId }),
  proof: (bucketId: string) => ({ pk: `bucket#${bucketId}`, sk: 'proof' }),
} as const;

export const PLACES = 'buckets-places';
export const BUCKETS = 'buckets';

export type RunningRow = {
  readonly auditId: string;
  /** `@ada`. */
  readonly by: string;
  readonly startedMs: number;
  /** When it last told that it goes on. */
  readonly aliveMs: number;
  readonly probe: boolean;
  /** Places to look at, in order; those before `at` are done. */
  readonly placeIds: readonly string[];
  readonly at: number;
  /** Buckets that were looked at so far, in all places. */
  readonly buckets: number;
};

export type PlaceRow = {
  readonly auditId: string;
  /** Account or address, as findings name it; `null`: it was not reached. */
  readonly scope: string | null;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly probe: boolean;
  readonly buckets: number;
  /** Why it could not be looked at, with what was found before left as it was; `null`: it was. */
  readonly failure: {
    readonly code: string;
    readonly title: string;
    readonly detail: string;
    readonly remedy: string;
  } | null;
};

export type BucketRow = {
  /** 32 hex digits: the same bucket has the same id. */
  readonly bucketId: string;
  readonly uid: string;
  readonly bucket: string;
  readonly region: string | null;
  readonly placeId: string;
  readonly auditId: string;
  readonly verdict: ExposureVerdict;
  readonly summary: string;
  /** What is wrong or not known: finding, check, and its severity and verdict as places in the vocabulary. */
  readonly problems: readonly (readonly [findingId: string, check: string, severity: number, verdict: number])[];
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Verdicts it has had, newest first, at most {@link VERDICTS_KEPT}. */
  readonly verdicts: readonly { readonly atMs: number; readonly verdict: ExposureVerdict }[];
};

export const VERDICTS_KEPT = 20;

/** Texts of JSON: what a store says may have numbers and depths that no record takes. */
export type ProofRow = { readonly json: string };
