import type { AuditTrail } from '../base/audit-event.ts';
import type { Clock } from '../base/clock.ts';
import { codeOf } from '../base/error-facts.ts';
import type { Log } from '../base/log.ts';
import { repeat } from '../base/timing/repeat.ts';
import { acquireLease, type ObjectStore, type RecordOperation, type RecordStore } from '../storage/index.ts';
import { readTip, type ChainTip } from './chain-tip.ts';
import { eventWriter } from './event-rows.ts';
import { headPublisher, unknownHead } from './heads.ts';
import { linkNotes, linkPending, writeOwnEvent } from './link.ts';
import { collectNotes } from './notes.ts';
import {
  allEvents,
  listEvents,
  listHistory,
  type EventFilter,
  type EventPage,
  type LinkedEvent,
  type PageRequest,
} from './read-events.ts';
import { PENDING, type StoredEvent } from './records.ts';
import type { AuditSettings } from './settings.ts';
import { signerOf, type TrailKey } from './signing.ts';
import type { VerifyReport } from './verify-report.ts';
import { verifyAudit } from './verify.ts';

export interface AuditDeps {
  readonly records: RecordStore;
  readonly primary: ObjectStore;
  readonly backup: ObjectStore;
  readonly workspaceKey: TrailKey;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: AuditSettings;
  /** Names this process among the servers of the workspace. */
  readonly holder: string;
  /** What else is written when something is wrong with the trail: at most one operation. */
  readonly onTrouble?: () => readonly RecordOperation[];
}

/** The audit trail of a workspace. Disposing writes, links and publishes what is still waiting. */
export interface Audit extends AuditTrail<RecordOperation>, AsyncDisposable {
  /** See {@link listEvents}: linked events, newest first; waits for the ones that are still to be linked. */
  events(filter: EventFilter, page: PageRequest): Promise<EventPage<LinkedEvent>>;
  /** See {@link listHistory}. */
  history(subjectId: string, filter: EventFilter, page: PageRequest): Promise<EventPage<StoredEvent>>;
  /** Everything, or what a filter leaves, oldest first. */
  all(filter?: EventFilter): AsyncGenerator<LinkedEvent>;
  /** See {@link verifyAudit}. One at a time: whoever asks meanwhile gets the same report. */
  verify(): Promise<VerifyReport>;
  /** Links every event that is there, now, whoever holds the lease. */
  link(): Promise<void>;
  /** Puts the head of the chain into the stores, now. */
  publish(): Promise<void>;
}

const LEASE = 'audit-linker';

/** Starts to link in the background, on one server at a time. Dispose it after the features and before the stores. */
export function openAudit(deps: AuditDeps): Audit {
  const { records, clock, log, settings, workspaceKey } = deps;
  const signer = signerOf(workspaceKey);
  const stores = { primary: deps.primary, backup: deps.backup };
  const onTrouble = (): readonly RecordOperation[] => deps.onTrouble?.() ?? [];
  const linkDeps = { records, workspaceKey, signer, clock, log, onTrouble };
  const headDeps = { ...linkDeps, stores };
  /** The lease is taken only while there is work, so that an idle server writes nothing. It saves work, no more. */
  const inTurn = async (work: () => Promise<unknown>): Promise<void> => {
    const { auditLeaseMs: ttlMs } = settings;
    await using lease = await acquireLease(records, LEASE, { ttlMs, holder: deps.holder, clock });
    if (lease) await work();
  };
  const notes = collectNotes({
    ...{ records, workspaceKey, clock, settings },
    linkAtOnce: (next) => inTurn(() => linkNotes(linkDeps, next)),
  });
  const heads = headPublisher(headDeps);
  let startTip: ChainTip | null = null;
  let lookedForFork = false;
  let publishedMs = -Infinity;
  let verifying: Promise<VerifyReport> | null = null;

  const attempt = async (what: string, act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      log.error({ code: codeOf(error) }, `${what}; it is tried again`);
    }
  };
  const link = async (): Promise<void> => {
    await notes.flush();
    await linkPending(linkDeps);
  };

  /** Once after a start: restored records are noticed before anybody runs a verification. */
  const lookForFork = async (): Promise<void> => {
    if (lookedForFork || !startTip) return;
    const found = await unknownHead(headDeps, startTip);
    lookedForFork = true;
    if (!found) return;
    log.error(found, 'A store knows of audit events that the records do not hold; run "holdfast audit verify"');
    await writeOwnEvent(linkDeps, 'audit.fork_found', { ...found });
  };

  const linkInTurn = async (): Promise<void> => {
    if ((await records.query(PENDING, { limit: 1 })).items.length > 0) await inTurn(() => linkPending(linkDeps));
  };

  const turn = async (): Promise<void> => {
    startTip ??= await readTip(records, signer);
    await linkInTurn();
    if (clock() - publishedMs < settings.auditHeadMs) return;
    publishedMs = clock();
    await attempt('The stores could not be asked for the end of the audit trail', lookForFork);
    await heads.publish();
  };

  const flushing = repeat(settings.auditNoteMs, () => attempt('Reads could not be noted', () => notes.flush()));
  const linking = repeat(settings.auditLinkMs, () => attempt('Events could not be linked', turn));

  return {
    ...eventWriter({ workspaceKey, clock }),
    note: (event, options) => notes.add(event, options),
    async events(filter, page) {
      if (page.after === undefined) await link();
      return listEvents(linkDeps, filter, page);
    },
    async history(subjectId, filter, page) {
      await notes.flush();
      return listHistory(linkDeps, subjectId, filter, page);
    },
    async *all(filter = {}) {
      await link();
      yield* allEvents(linkDeps, filter);
    },
    verify() {
      verifying ??= (async () => {
        await link();
        await heads.publish();
        const report = await verifyAudit({ records, stores, publicKeys: signer.publicKeys });
        const trouble = report.verdict === 'broken' ? onTrouble() : [];
        if (trouble.length > 0) await records.transact(trouble);
        return report;
      })().finally(() => (verifying = null));
      return verifying;
    },
    link,
    publish: () => heads.publish(),
    async [Symbol.asyncDispose]() {
      await flushing[Symbol.asyncDispose]();
      await linking[Symbol.asyncDispose]();
      // Whatever fails here is not lost: it is pending in the records, and the next start links and publishes it.
      await attempt('The last events could not be linked', link);
      await attempt('The last head could not be stored', () => heads.publish());
    },
  };
}
