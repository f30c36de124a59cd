/** A process of its own for one scan, which ends with a report in the spool. Nothing of what it saw goes another way. */
import { newId } from '../base/ids.ts';
import { HoldfastError } from '../base/errors.ts';
import { hostChecks, hostReportOf, hardeningOf, lookAtFacts, openHostFiles, scanHost } from '../host/index.ts';
import type { HostSettings } from '../host/settings.ts';
import { openSpool } from './spool.ts';

export interface ScanJob {
  readonly stateFolder: string;
  readonly settings: HostSettings;
  /** `null`: all that come with this release. */
  readonly checks: readonly string[] | null;
  /** Folders of one's own checks. */
  readonly ownFolders: readonly string[];
}

/** Nothing but figures. */
export type ScanAnswer =
  | {
      readonly kind: 'done';
      readonly reportId: string;
      readonly tookMs: number;
      readonly index: number | null;
      readonly checks: number;
    }
  | { readonly kind: 'failed'; readonly code: string; readonly title: string };

const abort = new AbortController();
process.once('message', (job: ScanJob) => {
  scan(job).then(tell, (error: unknown) => tell(failure(error)));
});
// The agent ends its scan itself; when it was killed, there is nobody to scan for.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.once('disconnect', () => abort.abort());

function tell(answer: ScanAnswer): void {
  if (process.connected) process.send?.(answer, () => process.disconnect());
}

/** A foreign message may quote what it choked on. */
function failure(error: unknown): ScanAnswer {
  if (error instanceof HoldfastError) return { kind: 'failed', code: error.code, title: error.message };
  const { code, name } = error as NodeJS.ErrnoException;
  return { kind: 'failed', code: 'internal_error', title: code ?? name };
}

async function scan({ stateFolder, settings, checks, ownFolders }: ScanJob): Promise<ScanAnswer> {
  const { signal } = abort;
  const startedMs = Date.now();
  const scripts = hostChecks(ownFolders).filter(({ header }) => checks === null || checks.includes(header.id));
  const scan = await scanHost(scripts, { root: '', files: openHostFiles(stateFolder), settings, signal });
  const facts = await lookAtFacts(signal);
  const reportId = newId();
  const made = hostReportOf({
    ...{ scan, facts, reportId, origin: 'agent', startedMs, mostOfACheck: settings.hostFindingsOfACheck },
    selection: checks === null ? 'all' : [...checks],
  });
  await openSpool(stateFolder).add(made);
  return { kind: 'done', reportId, tookMs: scan.tookMs, index: hardeningOf(scan).index, checks: scripts.length };
}
