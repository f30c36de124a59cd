import { timestamp } from '../base/clock.ts';
import { canonicalJson } from '../base/formats/canonical-json.ts';
import type { RecordStore } from '../storage/index.ts';
import { allBatches } from './read-events.ts';
import { keys, NO_HASH, type BatchRow, type EventRow, type HeadRow } from './records.ts';
import { batchHash, changedKey, isSignedBy, signsNext, type PublicKeys } from './signing.ts';
import { STORE_NAMES, type Stores } from './heads.ts';
import {
  CANNOT_TELL,
  MAX_PROBLEMS,
  type GenuineBatch,
  type Problem,
  type Report,
  type VerifyReport,
} from './verify-report.ts';
import { readWitness, type Witness } from './witness.ts';

export interface VerifyDeps {
  readonly records: RecordStore;
  readonly stores: Stores;
  /** The keys to trust; one is enough, the chain names the later ones. */
  readonly publicKeys: PublicKeys;
}

/**
 * Walks the whole chain against its signatures, the heads in both stores and the histories. Needs no secret. Changes
 * nothing; events that arrive meanwhile do no harm.
 */
export async function verifyAudit({ records, stores, publicKeys }: VerifyDeps): Promise<VerifyReport> {
  const problems: Problem[] = [];
  let problemCount = 0;
  const report: Report = (code, what, at = {}) => {
    problemCount++;
    const problem: Problem = { sequence: null, eventId: null, store: null, ...at, code, what };
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
    else if (!CANNOT_TELL.has(code)) problems[MAX_PROBLEMS - 1] = problem;
  };
  const keysByGeneration = new Map(publicKeys);

  // What vouches for the chain is read before the chain: a batch is always there before its head.
  const headRow = (await records.get<HeadRow>(keys.head.pk, keys.head.sk))?.value ?? null;
  const witnesses: Witness[] = [];
  for (const name of STORE_NAMES) witnesses.push(await readWitness(name, stores[name], report));

  const walk = newWalk();
  for await (const { sk, value } of allBatches(records)) {
    const batch = checkBatch(walk, sk, value, keysByGeneration, report);
    if (!batch) continue;
    for (const witness of witnesses) await witness.hold(batch, keysByGeneration);
    if (headRow?.sequence === batch.sequence && headRow.hash !== batch.hash) {
      report(
        'head_differs',
        `The head row names another batch ${batch.sequence} than the one that is there.`,
        batch.at,
      );
    }
    await checkHistories(records, value, report);
  }

  const last = walk.next - 1;
  if (headRow && headRow.sequence > last) {
    const what = `Batches ${span(last + 1, headRow.sequence)} are missing at the end: the head row knows of them.`;
    report('tail_missing', what, { sequence: last + 1 });
  } else if (!headRow && walk.batches > 0 && !(await records.get(keys.head.pk, keys.head.sk))) {
    report('head_differs', 'The head row is missing.', { sequence: last });
  }
  const told = [];
  for (const witness of witnesses) told.push(await witness.conclude({ last, batches: walk.batches }, keysByGeneration));

  const broken = problems.some(({ code }) => !CANNOT_TELL.has(code));
  return {
    verdict: broken ? 'broken' : problemCount > 0 ? 'unproven' : 'intact',
    batches: walk.batches,
    events: walk.events,
    firstTime: walk.firstMs === null ? null : timestamp(walk.firstMs),
    lastTime: walk.lastMs === null ? null : timestamp(walk.lastMs),
    head: walk.batches > 0 && walk.hash !== null ? { sequence: last, hash: walk.hash } : null,
    publicKeys: [...keysByGeneration]
      .toSorted(([one], [other]) => one - other)
      .map(([generation, key]) => ({ generation, publicKey: key.toString('base64url') })),
    stores: told,
    problems,
    problemCount,
  };
}

/** What is known of the chain so far. `null`: what stood before cannot be relied on, so nothing is held against it. */
interface Walk {
  next: number;
  hash: string | null;
  generation: number | null;
  eventsBefore: number | null;
  batches: number;
  events: number;
  firstMs: number | null;
  lastMs: number | null;
}

function newWalk(): Walk {
  return {
    next: 1,
    hash: NO_HASH,
    generation: null,
    eventsBefore: 0,
    batches: 0,
    events: 0,
    firstMs: null,
    lastMs: null,
  };
}

function checkBatch(
  walk: Walk,
  sk: string,
  batch: BatchRow,
  publicKeys: Map<number, Buffer>,
  report: Report,
): GenuineBatch | null {
  const place = /^[0-9]{12}$/.test(sk) ? Number(sk) : null;
  if (place === null) {
    report('batch_misplaced', 'There is a row among the batches that is none.');
    return null;
  }
  const at = { sequence: place };
  if (place > walk.next) {
    report('batch_missing', `Batches ${span(walk.next, place - 1)} are missing.`, { sequence: walk.next });
    Object.assign(walk, { hash: null, generation: null, eventsBefore: null });
  }
  walk.next = place + 1;
  walk.batches++;
  const forget = (): null => {
    Object.assign(walk, { hash: null, generation: null, eventsBefore: null });
    return null;
  };

  const publicKey = publicKeys.get(batch.keyGeneration);
  if (!publicKey) {
    report(
      'key_unexpected',
      `Batch ${place} names a signing key (generation ${Number(batch.keyGeneration)}) that nobody vouches for.`,
      at,
    );
    return forget();
  }
  if (!isSignedBy(batch, publicKey)) {
    report('batch_altered', `Batch ${place} was changed after it was signed.`, at);
    return forget();
  }
  if (batch.sequence !== place) {
    report('batch_misplaced', `Under number ${place} lies batch ${batch.sequence}.`, at);
    return forget();
  }
  const hash = batchHash(batch);
  if (walk.generation !== null && batch.keyGeneration !== walk.generation) {
    const turn = `generation ${batch.keyGeneration} where it is the turn of generation ${walk.generation}`;
    report('key_unexpected', `Batch ${place} is signed with the key of ${turn}.`, at);
  }
  if (walk.hash !== null && batch.previousHash !== walk.hash) {
    report('chain_broken', `Batch ${place} does not follow batch ${place - 1}: one of them was exchanged.`, at);
  } else if (walk.eventsBefore !== null && batch.eventsBefore !== walk.eventsBefore) {
    const counts = `${batch.eventsBefore} events before it where there are ${walk.eventsBefore}`;
    report('chain_broken', `Batch ${place} counts ${counts}.`, at);
  }
  const changed = changedKey(batch);
  if (changed && !publicKeys.has(changed.generation)) publicKeys.set(changed.generation, changed.publicKey);
  walk.hash = hash;
  walk.generation = signsNext(batch);
  walk.eventsBefore = batch.eventsBefore + batch.events.length;
  walk.events += batch.events.length;
  walk.firstMs ??= batch.events[0]?.atMs ?? batch.atMs;
  walk.lastMs = batch.events.at(-1)?.atMs ?? batch.atMs;
  return { sequence: place, hash, at };
}

async function checkHistories(records: RecordStore, { sequence, events }: BatchRow, report: Report): Promise<void> {
  for (const event of events) {
    for (const subjectId of event.subjectIds) {
      const { pk, sk } = keys.of(subjectId, event.eventId);
      const row = await records.get<EventRow>(pk, sk);
      if (row && canonicalJson(row.value.event) === canonicalJson(event)) continue;
      const code = row ? 'history_altered' : 'history_missing';
      const how = row ? 'reads otherwise' : 'is missing';
      const what = `Event ${event.eventId} (${event.act}) of batch ${sequence} ${how} in the history of ${subjectId}.`;
      report(code, what, { sequence, eventId: event.eventId });
    }
  }
}

function span(from: number, to: number): string {
  return from === to ? `${from}` : `${from}-${to}`;
}
