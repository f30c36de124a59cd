/** The workspace looks at the buckets that it keeps its own files in, and mends them where that is wanted. */
import type { Clock } from '../base/clock.ts';
import type { Findings } from '../findings/index.ts';
import { auditBuckets, type Audit, type AuditDeps } from './auditing/audit.ts';
import { knownFindings } from './auditing/known-findings.ts';
import { recordAudit } from './auditing/record.ts';
import { isDecided, type KnownFindings } from './auditing/report.ts';
import { allChecks } from './checks/registry.ts';
import type { BucketReader } from './facts/bucket-reader.ts';
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
  /** Buckets that were mended. */
  readonly mended: readonly string[];
}

/** What a bucket of the workspace must never have wrong. */
const CHECKS = allChecks.filter(
  ({ subject, severity }) => subject === 'bucket' && (severity === 'critical' || severity === 'high'),
);

/** Looks at each, reports findings, and mends at once when `ownBucketsMend` is 1. What somebody accepted stays as it is. */
export async function guardOwnBuckets(deps: OwnBucketsDeps, signal?: AbortSignal): Promise<OwnBucketsSeen> {
  const loose: string[] = [];
  const mended: string[] = [];
  const known = await knownFindings(deps.findings);
  for (const own of deps.buckets) {
    let audit = await look(own, deps, signal);
    if (deps.settings.ownBucketsMend === 1 && (await mend(own, audit, known, deps, signal))) {
      audit = await look(own, deps, signal);
      if (!isLoose(audit, known)) mended.push(own.bucket);
    }
    if (isLoose(audit, known)) loose.push(own.bucket);
    await report(audit, known, deps);
  }
  return { loose, mended };
}

async function look(own: OwnBucket, { settings, clock }: OwnBucketsDeps, signal?: AbortSignal): Promise<Audit> {
  await using reader = await own.openReader();
  const request = { checks: CHECKS, buckets: [own.bucket], regions: [], sample: 0 };
  const deps: AuditDeps = { reader, abilities: openAbilities(), endpoint: own.endpoint, settings, clock };
  return await auditBuckets(request, signal ? { ...deps, signal } : deps);
}

function isLoose({ buckets }: Audit, known: KnownFindings): boolean {
  return buckets.some(({ observations }) =>
    observations.some((each) => each.verdict === 'fail' && !isDecided(each, known)),
  );
}

async function report(audit: Audit, known: KnownFindings, { findings }: OwnBucketsDeps): Promise<void> {
  const [only] = audit.buckets;
  // One that is gone, or cannot be reached, is told of by those who store there.
  if (only === undefined) return;
  const own: Audit = { ...audit, scope: `own ${only.facts.bucket}`, complete: true };
  await recordAudit(
    { audit: own, checks: CHECKS.map(({ id }) => id), known: new Set(known.keys()) },
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
