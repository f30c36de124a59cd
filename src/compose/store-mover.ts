/** Carries moves of stores out, in the background and on one server at a time; see store-moves.ts. */
import { HEADS_PREFIX } from '../audit/index.ts';
import type { Clock } from '../base/clock.ts';
import { hasCode, HoldfastError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Config } from '../config/index.ts';
import { bringOver, type BringOverDeps, countObjects, newPass } from '../files/index.ts';
import { acquireLease, type ObjectStore, type RecordStore, storageErrors } from '../storage/index.ts';
import { moveSk, type StoreName, storeNames, STORES_PK } from './known-stores.ts';
import { openObjectStore } from './open-stores.ts';
import { type MoveRow, placeOfRow } from './store-moves.ts';
import { MARKER } from './workspace-marker.ts';

export interface StoreMoverDeps {
  readonly records: RecordStore;
  readonly config: Config;
  readonly stores: { readonly [Name in StoreName]: ObjectStore };
  readonly clock: Clock;
  readonly log: Log;
  /** Names this process among the servers that share the records. */
  readonly holder: string;
}

export interface StoreMover extends AsyncDisposable {
  /** There is a move; look now instead of at the next poll. */
  notify(): void;
}

/** Passes after the first only look for what has changed; after a long one the stores are left alone for longer. */
const REST_SHARE = 10;

export function startStoreMover(deps: StoreMoverDeps): StoreMover {
  const { moveCatchUpMs } = deps.config.settings.files;
  const stopping = new AbortController();
  let wake = Promise.withResolvers<void>();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const woken = wake.promise;
      const begunMs = deps.clock();
      await moveAll(deps, stopping.signal).catch((error: unknown) => {
        if (!stopping.signal.aborted) deps.log.error({ code: codeOf(error) }, 'the store mover could not work');
      });
      const restMs = Math.max(moveCatchUpMs, REST_SHARE * (deps.clock() - begunMs));
      await Promise.race([woken, rested(restMs, stopping.signal)]);
    }
  };
  const looping = loop();
  return {
    notify() {
      const woken = wake;
      wake = Promise.withResolvers<void>();
      woken.resolve();
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await looping;
    },
  };
}

/** What a pass needs besides its stores, whoever makes it. */
export function passDeps(
  { records, config, log }: Pick<StoreMoverDeps, 'records' | 'config' | 'log'>,
  stores: Pick<BringOverDeps, 'from' | 'to' | 'other'>,
  signal: AbortSignal,
): BringOverDeps {
  const { readStallMs: stallMs } = config.settings.files;
  return { records, log, ...stores, leave: [MARKER], writtenOnce: [HEADS_PREFIX], stallMs, signal };
}

async function moveAll(deps: StoreMoverDeps, stopping: AbortSignal): Promise<void> {
  const moving: StoreName[] = [];
  for (const name of storeNames) if (await moveOf(deps, name)) moving.push(name);
  if (moving.length === 0) return;
  const { records, holder, clock, config } = deps;
  const ttlMs = config.settings.files.copyLeaseMs;
  await using lease = await acquireLease(records, 'store-mover', { ttlMs, holder, clock });
  if (!lease) return;
  const signal = AbortSignal.any([stopping, lease.lost]);
  for (const name of moving) {
    try {
      await moveOn(deps, name, signal);
    } catch (error) {
      if (signal.aborted) return;
      await noteFailure(deps, name, codeOf(error));
    }
  }
}

/** Until all lies in the new store, or, where it does, one pass for what has changed since. */
async function moveOn(deps: StoreMoverDeps, name: StoreName, signal: AbortSignal): Promise<void> {
  let row = await moveOf(deps, name);
  if (!row) return;
  const { config, stores, clock, log } = deps;
  await using to = await openObjectStore(placeOfRow(row.to, config.dataFolder), config.settings.storage, deps);
  const from = stores[name];
  const other = stores[name === 'primary' ? 'backup' : 'primary'];
  const keep = async (changes: Partial<MoveRow>): Promise<MoveRow> => (row = await keepMove(deps, name, row, changes));
  if (row.total === null) row = await keep({ total: await countObjects(from, signal) });
  do {
    const pass = await bringOver(passDeps(deps, { from, to, other }, signal), row.pass, async (at) => {
      await keep({ pass: at, lastCode: null });
    });
    const { number, copied, removed, damaged } = pass;
    log.info({ store: name, pass: number, copied, removed, damaged }, 'a pass over a store that moves is over');
    row = await keep({ pass: newPass(number + 1), damaged, ...(number > 1 && { readyMs: clock() }) });
  } while (row.readyMs === null);
}

async function moveOf({ records }: Pick<StoreMoverDeps, 'records'>, name: StoreName): Promise<MoveRow | null> {
  return (await records.get<MoveRow>(STORES_PK, moveSk(name)))?.value ?? null;
}

/** Writes where a move stands. Throws `record_conflict` when it was called off, or another one was begun. */
async function keepMove(
  { records }: Pick<StoreMoverDeps, 'records'>,
  name: StoreName,
  before: MoveRow | null,
  changes: Partial<MoveRow>,
): Promise<MoveRow> {
  const item = await records.get<MoveRow>(STORES_PK, moveSk(name));
  if (!item || !before || item.value.id !== before.id) {
    throw storageErrors('record_conflict', { attempted: 'Write where a move stands' });
  }
  const value = { ...item.value, ...changes };
  await records.transact([{ op: 'put', pk: STORES_PK, sk: moveSk(name), value, if: { revision: item.revision } }]);
  return value;
}

async function noteFailure(deps: StoreMoverDeps, name: StoreName, code: string): Promise<void> {
  deps.log.warn({ store: name, code }, 'a store that moves could not be brought over; it goes on later');
  const row = await moveOf(deps, name);
  try {
    await keepMove(deps, name, row, { lastCode: code });
  } catch (error) {
    if (!hasCode(error, 'record_conflict')) throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof HoldfastError ? error.code : 'internal_error';
}

async function rested(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  timer.unref();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}
