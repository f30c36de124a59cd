import type { Clock } from '../base/clock.ts';
import type { AuditEvent, AuditFacts } from '../base/audit-event.ts';
import { hasCode } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { RecordOperation, RecordStore } from '../storage/index.ts';
import { readTip, tipBehind, type ChainTip } from './chain-tip.ts';
import { eventOperations, genuineEvent, noteOperations, storedEvent } from './event-rows.ts';
import { keys, PENDING, type BatchRow, type EventRow, type HeadRow, type StoredEvent } from './records.ts';
import { KEY_CHANGED, signBatch, type Signer, type TrailKey } from './signing.ts';

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
  let tip: ChainTip | null = null;
  for (let conflicts = 0; ;) {
    const { items } = await deps.records.query<EventRow>(PENDING, { limit: BATCH_EVENTS });
    if (items.length === 0) return linked;
    tip ??= await readTip(deps.records, deps.signer);
    const prepared = newKey(deps, tip) ?? ordinaryBatch(deps, tip, items);
    try {
      await deps.records.transact(prepared.operations);
      linked += prepared.linked;
      report(deps.log, prepared.findings);
      tip = await tipBehind(deps.records, prepared.batch, prepared.head);
    } catch (error) {
      if (!hasCode(error, 'record_conflict') || conflicts++ >= MAX_CONFLICTS) throw error;
      tip = null;
    }
  }
}

/**
 * Writes events that no act has written, each straight into the chain: pending, they would be written, read, held against their MACs and
 * removed first. Goes on until `next` gives none, or the chain has to say something of its own before, which
 * {@link linkPending} does. Throws what the records throw: then those that `next` gave last may be written, or not.
 */
export async function linkNotes(deps: LinkDeps, next: () => readonly StoredEvent[]): Promise<void> {
  for (let tip: ChainTip | null = await readTip(deps.records, deps.signer); tip;) {
    if (tip.anomaly || isKeyDue(deps, tip)) return;
    const events = next();
    if (events.length === 0) return;
    const { batch, head, operations } = nextBatch(deps, tip, events);
    const rows = events.flatMap((event) => noteOperations(event, deps.workspaceKey, true));
    await deps.records.transact([...rows, ...operations]);
    tip = await tipBehind(deps.records, batch, head);
  }
}

/** The end of the chain, as a transaction writes it. */
interface NextBatch {
  readonly batch: BatchRow;
  readonly head: HeadRow;
  readonly operations: readonly RecordOperation[];
}

interface PreparedBatch extends NextBatch {
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
  if (!isKeyDue(deps, tip)) return null;
  const generation = tip.keyGeneration + 1;
  const publicKey = signer.publicKey(generation)?.toString('base64url') ?? '';
  const event = storedEvent(byServer(KEY_CHANGED, { generation, publicKey }), clock);
  return { ...nextBatch(deps, tip, [event]), linked: 0, findings: [] };
}

function isKeyDue({ signer }: LinkDeps, tip: ChainTip): boolean {
  return tip.sequence > 0 && tip.keyGeneration < signer.generation;
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
  const next = nextBatch(deps, tip, [...events, ...findings]);
  return {
    ...next,
    operations: [
      ...items.map(({ sk, revision }): RecordOperation => ({ op: 'delete', ...keys.pending(sk), if: { revision } })),
      ...next.operations,
      ...(findings.length > 0 ? deps.onTrouble() : []),
    ],
    linked: events.length,
    findings,
  };
}

function nextBatch({ signer, clock }: LinkDeps, tip: ChainTip, events: readonly StoredEvent[]): NextBatch {
  const { keyGeneration } = tip;
  // In the order of their names, as canonical JSON has them.
  const { batch, hash } = signBatch(signer, {
    atMs: clock(),
    events,
    eventsBefore: tip.events,
    format: 'holdfast-audit-batch-1',
    keyGeneration,
    previousHash: tip.hash,
    sequence: tip.next,
  });
  const head: HeadRow = { sequence: batch.sequence, hash, events: tip.events + events.length };
  const { headRevision } = tip;
  return {
    batch,
    head,
    operations: [
      { op: 'put', ...keys.batch(batch.sequence), value: batch, if: 'absent' },
      { op: 'put', ...keys.head, value: head, if: headRevision === null ? 'absent' : { revision: headRevision } },
    ],
  };
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
