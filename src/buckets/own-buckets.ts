/** The workspace looks at the buckets that it keeps its own files in, and mends them where that is wanted. */
import type { Clock } from '../base/clock.ts';
import type { Findings, Verdict } from '../findings/index.ts';
import { auditBuckets, type Audit, type AuditDeps } from './auditing/audit.ts';
import { knownFindings } from './auditing/known-findings.ts';
import { recordAudit } from './auditing/record.ts';
import { isDecided, type KnownFindings } from './auditing/report.ts';
import { allChecks } from './checks/registry.ts';
import { partNames } from './facts/bucket-facts.ts';
import type { BucketReader } from './facts/bucket-reader.ts';
import { whyUnread, type UnreadReason } from './facts/fact.ts';
import { openAbilities } from './facts/abilities.ts';
import { applyChanges } from './fixes/apply.ts';
import type { BucketWriter } from './fixes/bucket-writer.ts';
import { planOf } from './fixes/plan-all.ts';
import { newReceipt } from './fixes/receipt.ts';
import type { BucketsSettings } from './settings.ts';
import type { StateFiles } from './state/state-files.ts';

export interface OwnBucket {
  readonly bucket: string;
  /** `null`: AWS. */
  readonly endpoint: string | null;
  openReader(): Promise<BucketReader>;
  openWriter(): Promise<BucketWriter>;
}

export interface OwnBucketsDeps {
  readonly buckets: readonly OwnBucket[];
  readonly findings: Pick<Findings, 'list' | 'beginRun' | 'observe' | 'endRun'>;
  readonly files: StateFiles;
  readonly settings: BucketsSettings;
  readonly clock: Clock;
}

export interface OwnBucketsSeen {
  /** Buckets of which something critical or high is wrong, and was not mended. */
  readonly loose: readonly string[];
  /** Buckets of which nobody can say whether something critical or high is wrong: not all of it could be read. */
  readonly unread: readonly string[];
  /** Buckets that were mended. */
  readonly mended: readonly string[];
  /** Buckets whose look broke off, or got no answer, with why: another one may go better soon. */
  readonly failed: readonly { readonly bucket: string; readonly why: unknown }[];
}

/**
 * What a bucket of the workspace must never have wrong. Where its access log lies is another bucket, of which a look at
 * this one alone can never say anything.
 */
export const ownChecks = allChecks.filter(
  ({ id, subject, severity }) =>
    subject === 'bucket' && (severity === 'critical' || severity === 'high') && id !== 'bucket-log-target-open',
);

/** Looks at each, reports findings, and mends at once when `ownBucketsMend` is 1. What somebody accepted stays as it is. */
export async function guardOwnBuckets(deps: OwnBucketsDeps, signal?: AbortSignal): Promise<OwnBucketsSeen> {
  const seen = { loose: [] as string[], unread: [] as string[], mended: [] as string[], failed: [] as Failed[] };
  const known = await knownFindings(deps.findings);
  for (const own of deps.buckets) {
    try {
      await guardOne(own, seen, known, deps, signal);
    } catch (why) {
      signal?.throwIfAborted();
      // What cannot be looked at here says nothing of the others.
      seen.failed.push({ bucket: own.bucket, why });
    }
  }
  return seen;
}

type Failed = OwnBucketsSeen['failed'][number];

async function guardOne(
  own: OwnBucket,
  seen: { readonly [Name in 'loose' | 'unread' | 'mended']: string[] } & { readonly failed: Failed[] },
  known: KnownFindings,
  deps: OwnBucketsDeps,
  signal?: AbortSignal,
): Promise<void> {
  const { bucket } = own;
  let audit = await look(own, deps, signal);
  if (deps.settings.ownBucketsMend === 1 && (await mend(own, audit, known, deps, signal))) {
    audit = await look(own, deps, signal);
    if (!isOneThat('fail', audit, known)) seen.mended.push(bucket);
  }
  if (isOneThat('fail', audit, known)) seen.loose.push(bucket);
  if (isOneThat('unknown', audit, known)) seen.unread.push(bucket);
  const why = whyUnanswered(audit);
  if (why !== null) seen.failed.push({ bucket, why });
  await report(audit, known, deps);
}

const PASSING: ReadonlySet<UnreadReason> = new Set(['throttled', 'timed_out', 'failed', 'gone']);

/** Why a part of it had no answer that may have one soon; rights that are missing are not there tomorrow either. */
function whyUnanswered({ buckets, gone }: Audit): string | null {
  if (gone.length > 0) return 'there is no such bucket';
  for (const { facts } of buckets) {
    for (const fact of [...partNames.map((part) => facts[part]), facts.accessPoints]) {
      if (!fact.known && PASSING.has(fact.reason)) return whyUnread(fact);
    }
  }
  return null;
}

async function look(own: OwnBucket, { settings, clock }: OwnBucketsDeps, signal?: AbortSignal): Promise<Audit> {
  await using reader = await own.openReader();
  const request = { checks: ownChecks, buckets: [own.bucket], regions: [], sample: 0 };
  const deps: AuditDeps = { reader, abilities: openAbilities(), endpoint: own.endpoint, settings, clock };
  return await auditBuckets(request, signal ? { ...deps, signal } : deps);
}

/** Whether something came out so of which nobody decided to live with it. */
function isOneThat(verdict: Verdict, { buckets }: Audit, known: KnownFindings): boolean {
  return buckets.some(({ observations }) =>
    observations.some((each) => each.verdict === verdict && !isDecided(each, known)),
  );
}

async function report(audit: Audit, known: KnownFindings, { findings }: OwnBucketsDeps): Promise<void> {
  const [only] = audit.buckets;
  // One that is gone, or cannot be reached, is told of by those who store there.
  if (only === undefined) return;
  const own: Audit = { ...audit, scope: `own ${only.facts.bucket}`, complete: true };
  await recordAudit(
    { audit: own, known: new Set(known.keys()) },
    {
      begin: (run) => findings.beginRun(run),
      observe: (runId, batch, some) => findings.observe(runId, batch, some),
      end: (runId, complete) => findings.endRun(runId, complete),
    },
  );
}

/** Whether anything was changed. */
async function mend(
  own: OwnBucket,
  audit: Audit,
  known: KnownFindings,
  { files, clock }: OwnBucketsDeps,
  signal?: AbortSignal,
): Promise<boolean> {
  const { changes } = planOf(audit, { known, endpoint: own.endpoint, areNamed: true, atMs: clock() });
  if (changes.length === 0) return false;
  const receipt = newReceipt({ scope: audit.scope, endpoint: own.endpoint, role: null }, changes, clock());
  await files.keepReceipt(receipt.receiptId, receipt);
  await using writer = await own.openWriter();
  const done = await applyChanges(changes, signal ? { writer, atOnce: 1, signal } : { writer, atOnce: 1 });
  await files.keepReceipt(receipt.receiptId, { ...receipt, state: 'done', changes: done });
  return done.some(({ state }) => state === 'made');
}
