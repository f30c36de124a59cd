import type { Clock } from '../base/clock.ts';
import type { AuditEvent, AuditFacts } from '../base/audit-event.ts';
import { hasCode } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { RecordOperation, RecordStore } from '../storage/index.ts';
import { readTip, type ChainTip } from './chain-tip.ts';
import { eventOperations, genuineEvent, storedEvent } from './event-rows.ts';
import { keys, PENDING, type BatchRow, type EventRow, type HeadRow, type StoredEvent } from './records.ts';
import { batchHash, KEY_CHANGED, type Signer, type TrailKey } from './signing.ts';

export interface LinkDeps {
  readonly records: RecordStore;
  readonly workspaceKey: TrailKey;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Log;
  /** What else is written when something is wrong with the trail: at most one operation. */
  readonly onTrouble: () => readonly RecordOperation[];
}

/** One transaction holds a batch, the head, and so many removals and index rows of the server's own events. */
const BATCH_EVENTS = 40;

/** Another server linking at the same moment is the only reason for a conflict; it gets done, so this ends. */
const MAX_CONFLICTS = 100;

/**
 * Takes all pending events into signed batches, each in one transaction that removes the pending rows and moves the
 * head. Two servers may do it at once: the chain decides, and every event is linked once. Answers how many it linked.
 */
export async function linkPending(deps: LinkDeps): Promise<number> {
  let linked = 0;
  for (let conflicts = 0; ;) {
    const { items } = await deps.records.query<EventRow>(PENDING, { limit: BATCH_EVENTS });
    if (items.length === 0) return linked;
    const tip = await readTip(deps.records, deps.signer);
    const batch = newKey(deps, tip) ?? ordinaryBatch(deps, tip, items);
    try {
      await deps.records.transact(batch.operations);
      linked += batch.linked;
      report(deps.log, batch.findings);
    } catch (error) {
      if (!hasCode(error, 'record_conflict') || conflicts++ >= MAX_CONFLICTS) throw error;
    }
  }
}

interface PreparedBatch {
  readonly operations: readonly RecordOperation[];
  readonly linked: number;
  /** What the server itself noticed and put into the batch. */
  readonly findings: readonly StoredEvent[];
}

/**
 * Ties a new signing key to the one before: a batch under the old key that names the new one, so that whoever trusts
 * the first public key can follow the chain to its end.
 */
function newKey(deps: LinkDeps, tip: ChainTip): PreparedBatch | null {
  const { signer, clock } = deps;
  if (tip.sequence === 0 || tip.keyGeneration >= signer.generation) return null;
  const generation = tip.keyGeneration + 1;
  const publicKey = signer.publicKey(generation)?.toString('base64url') ?? '';
  const event = storedEvent(byServer(KEY_CHANGED, { generation, publicKey }), clock);
  return { operations: batchOperations(deps, tip, [event]), linked: 0, findings: [] };
}

function ordinaryBatch(
  deps: LinkDeps,
  tip: ChainTip,
  items: readonly Parameters<typeof genuineEvent>[0][],
): PreparedBatch {
  const events: StoredEvent[] = [];
  const findings: StoredEvent[] = [];
  const find = (act: AuditEvent['act'], facts: AuditFacts): void =>
    void findings.push(storedEvent(byServer(act, facts), deps.clock));
  if (tip.anomaly) find('audit.records_altered', tip.anomaly);
  for (const item of items) {
    const event = genuineEvent(item, deps.workspaceKey);
    if (event) events.push(event);
    else find('audit.event_forged', { eventId: isId(item.sk) ? item.sk : 'not an id' });
  }
  return {
    operations: [
      ...items.map(({ sk, revision }): RecordOperation => ({ op: 'delete', ...keys.pending(sk), if: { revision } })),
      ...batchOperations(deps, tip, [...events, ...findings]),
      ...(findings.length > 0 ? deps.onTrouble() : []),
    ],
    linked: events.length,
    findings,
  };
}

function batchOperations(
  { signer, clock }: LinkDeps,
  tip: ChainTip,
  events: readonly StoredEvent[],
): RecordOperation[] {
  const { keyGeneration } = tip;
  const unsigned = {
    format: 'holdfast-audit-batch-1',
    sequence: tip.next,
    previousHash: tip.hash,
    eventsBefore: tip.events,
    atMs: clock(),
    keyGeneration,
    events,
  } as const;
  const batch: BatchRow = { ...unsigned, signature: signer.sign(unsigned, keyGeneration) };
  const head: HeadRow = {
    sequence: batch.sequence,
    hash: batchHash(batch),
    events: tip.events + events.length,
  };
  const { headRevision } = tip;
  return [
    { op: 'put', ...keys.batch(batch.sequence), value: batch, if: 'absent' },
    { op: 'put', ...keys.head, value: head, if: headRevision === null ? 'absent' : { revision: headRevision } },
  ];
}

function byServer(act: AuditEvent['act'], facts: AuditFacts): AuditEvent {
  return { act, actorId: null, sessionId: null, subjectIds: [], facts };
}

function report(log: Log, findings: readonly StoredEvent[]): void {
  for (const { act, facts } of findings) {
    log.error(
      { act, ...facts },
      'The audit trail was changed behind the back of the server; run "holdfast audit verify"',
    );
  }
}

/** Writes an event of the server itself, to be linked like any other. */
export async function writeOwnEvent(deps: LinkDeps, act: AuditEvent['act'], facts: AuditFacts): Promise<void> {
  const event = storedEvent(byServer(act, facts), deps.clock);
  await deps.records.transact([...eventOperations(event, deps.workspaceKey), ...deps.onTrouble()]);
}
