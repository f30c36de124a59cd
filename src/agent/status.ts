/** How the agent is doing, written down at each change, for `agent status` and for the next start. */
import type { HoldfastError } from '../base/errors.ts';
import type { AgentFiles, AgentStatus, Failing } from './kept.ts';
import { ownProcess } from './own-process.ts';
import { FIRST_SCHEDULE } from './schedule.ts';

export interface StatusKeeper extends AsyncDisposable {
  readonly now: AgentStatus;
  /** One write after the other. What cannot be written is known here all the same: nothing stops for it. */
  change(changes: Partial<AgentStatus>): Promise<void>;
}

const NOTHING: AgentStatus = {
  process: null,
  schedule: FIRST_SCHEDULE,
  lastScan: null,
  nextScanMs: null,
  lastContactMs: null,
  failing: null,
  scanFailing: null,
  lastAudit: null,
  auditFailing: null,
  watchingSinceMs: null,
  watchFailing: null,
  capturingSinceMs: null,
  captureFailing: null,
  lostBatches: 0,
  lost: { givenUp: 0, refused: 0 },
};

/** What an earlier run did not get done is none of this one's. */
const FRESH = {
  ...{ failing: null, auditFailing: null, watchFailing: null, watchingSinceMs: null },
  ...{ captureFailing: null, capturingSinceMs: null },
} as const;

/** Begins with what was kept. Disposing says that the agent was stopped in order. */
export async function openStatus(files: Pick<AgentFiles, 'status' | 'keepStatus'>): Promise<StatusKeeper> {
  let now: AgentStatus = { ...NOTHING, ...(await files.status()), ...FRESH, process: ownProcess() };
  const write = (): Promise<void> => files.keepStatus(now).catch(() => undefined);
  let writing = write();
  const change = (changes: Partial<AgentStatus>): Promise<void> => {
    now = { ...now, ...changes };
    writing = writing.then(write);
    return writing;
  };
  await writing;
  return {
    get now() {
      return now;
    },
    change,
    [Symbol.asyncDispose]: () =>
      change({ process: null, nextScanMs: null, watchingSinceMs: null, capturingSinceMs: null }),
  };
}

export function failing(before: Failing | null, { code, title }: HoldfastError, nowMs: number): Failing {
  return { code, title, sinceMs: before?.sinceMs ?? nowMs, attempts: (before?.attempts ?? 0) + 1 };
}
