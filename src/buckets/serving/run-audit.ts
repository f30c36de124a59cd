/** One audit by a server: place after place, told as it goes, kept at the end of each. */
import { codeOf, errorFacts } from '../../base/error-facts.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { repeat } from '../../base/timing/repeat.ts';
import type { Findings } from '../../findings/index.ts';
import { auditBuckets, type Audit } from '../auditing/audit.ts';
import { knownFindings } from '../auditing/known-findings.ts';
import { recordAudit } from '../auditing/record.ts';
import { allChecks } from '../checks/registry.ts';
import { openAbilities } from '../facts/abilities.ts';
import { keys, type PlaceRow, type RunningRow } from '../records.ts';
import { keepAudit } from './keep.ts';
import type { BucketPlace } from './place.ts';
import { endRunning, goOn, type RunningDeps } from './running.ts';

export interface AuditRunDeps extends RunningDeps {
  readonly findings: Pick<Findings, 'list' | 'beginRun' | 'observe' | 'endRun'>;
  readonly log: Log;
}

/** Resolves when it is over, however it went: a place that could not be looked at says so in its row. */
export async function runAudit(
  deps: AuditRunDeps,
  places: readonly BucketPlace[],
  running: RunningRow,
  stopping: AbortController,
): Promise<void> {
  const { auditId } = running;
  const progress = { at: 0, buckets: 0 };
  const tell = async (): Promise<void> => {
    try {
      if (!(await goOn(deps, auditId, progress))) stopping.abort();
    } catch (error) {
      deps.log.warn({ code: codeOf(error) }, 'How far the audit of buckets is could not be told');
    }
  };
  {
    await using _telling = repeat(deps.settings.bucketsProgressMs, tell);
    for (const place of places) {
      if (stopping.signal.aborted) break;
      await auditPlace(deps, place, running, { signal: stopping.signal, onBucket: () => void (progress.buckets += 1) });
      progress.at += 1;
      await tell();
    }
  }
  await endRunning(deps, auditId);
}

interface Watched {
  readonly signal: AbortSignal;
  readonly onBucket: () => void;
}

async function auditPlace(
  deps: AuditRunDeps,
  place: BucketPlace,
  { auditId, probe }: RunningRow,
  { signal, onBucket }: Watched,
): Promise<void> {
  const { records, clock, log, settings } = deps;
  const row: PlaceRow = { auditId, scope: null, startedMs: clock(), endedMs: 0, probe, buckets: 0, failure: null };
  let next: PlaceRow;
  try {
    await using reader = await place.openReader();
    const only = place.bucket === null ? [] : [place.bucket];
    const seen = await auditBuckets(
      { checks: allChecks, buckets: only, regions: [], sample: 0 },
      {
        ...{ reader, abilities: openAbilities(), endpoint: place.endpoint, settings, clock, signal, onBucket },
        ...(probe ? { probing: place.probing } : {}),
      },
    );
    const audit = place.bucket === null ? seen : ownAudit(seen, place.bucket);
    await report(deps, audit);
    // Decisions of people stand there, and what was found just now.
    const known = await knownFindings(deps.findings);
    await keepAudit(records, audit, { auditId, place, known, nowMs: clock() });
    next = { ...row, scope: audit.scope, endedMs: clock(), buckets: audit.buckets.length };
  } catch (error) {
    if (signal.aborted) return;
    log.warn({ ...errorFacts(error), place: place.placeId }, 'A place could not be audited for its buckets');
    next = { ...row, endedMs: clock(), failure: failureOf(error) };
  }
  await records.transact([{ op: 'put', ...keys.place(place.placeId), value: next }]);
}

/** As the workspace's daily look at it names it, so that both have the same history. */
function ownAudit(audit: Audit, bucket: string): Audit {
  // What holds for the account is no business of a look at one bucket.
  const ofAccount = new Set<string>(allChecks.flatMap(({ id, subject }) => (subject === 'account' ? [id] : [])));
  const checks = audit.checks.filter((id) => !ofAccount.has(id));
  return { ...audit, scope: `own ${bucket}`, checks, accountObservations: [], complete: true };
}

async function report({ findings }: AuditRunDeps, audit: Audit): Promise<void> {
  const known = new Set((await knownFindings(findings)).keys());
  await recordAudit(
    { audit, known },
    {
      begin: (run) => findings.beginRun(run),
      observe: (runId, batch, some) => findings.observe(runId, batch, some),
      end: (runId, complete) => findings.endRun(runId, complete),
    },
  );
}

function failureOf(error: unknown): NonNullable<PlaceRow['failure']> {
  if (!(error instanceof HoldfastError)) {
    const remedy = 'Look into the log of the server, then try again.';
    return { code: 'internal_error', title: 'Something went wrong in the server', detail: '', remedy };
  }
  const { code, title, detail = '', remedy } = error;
  return { code, title, detail: detail.slice(0, 500).toWellFormed(), remedy };
}
