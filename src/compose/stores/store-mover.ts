/** Carries moves of stores out, in the background and on one server at a time; see store-moves.ts. */
import { HEADS_PREFIX } from '../../audit/index.ts';
import type { Clock } from '../../base/clock.ts';
import { codeOf } from '../../base/error-facts.ts';
import { hasCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Config } from '../../config/index.ts';
import { bringOver, type BringOverDeps, countObjects, newPass } from '../../files/index.ts';
import { ARCHIVE_PREFIX } from '../../network/settings.ts';
import { type ObjectStore, type RecordStore, startLeasedLoop, storageErrors } from '../../storage/index.ts';
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
  const { records, clock, log, holder, config } = deps;
  const { moveCatchUpMs, copyLeaseMs } = config.settings.files;
  let restUntilMs = 0;
  let asked = 0;
  const loop = startLeasedLoop({
    ...{ records, clock, log, holder, leaseMs: copyLeaseMs, pollMs: moveCatchUpMs },
    name: 'store-mover',
    isNeeded: async () => (await movingOf(deps)).length > 0,
    async work(signal) {
      const begunMs = clock();
      if (begunMs < restUntilMs) return restUntilMs;
      const askedBefore = asked;
      await moveAll(deps, signal);
      const restMs = Math.max(moveCatchUpMs, REST_SHARE * (clock() - begunMs));
      // A move that was begun meanwhile is not among those that were carried on.
      restUntilMs = asked === askedBefore ? clock() + restMs : 0;
      return restUntilMs;
    },
  });
  return {
    notify() {
      asked += 1;
      restUntilMs = 0;
      loop.notify();
    },
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}

/** What a pass needs besides its stores, whoever makes it. */
export function passDeps(
  { records, config, log }: Pick<StoreMoverDeps, 'records' | 'config' | 'log'>,
  stores: Pick<BringOverDeps, 'name' | 'from' | 'to' | 'other'>,
  signal: AbortSignal,
): BringOverDeps {
  const { readStallMs: stallMs } = config.settings.files;
  const writtenOnce = [HEADS_PREFIX, ARCHIVE_PREFIX];
  return { records, log, ...stores, leave: [MARKER], writtenOnce, stallMs, signal };
}

async function movingOf(deps: Pick<StoreMoverDeps, 'records'>): Promise<StoreName[]> {
  const moving: StoreName[] = [];
  for (const name of storeNames) if (await moveOf(deps, name)) moving.push(name);
  return moving;
}

async function moveAll(deps: StoreMoverDeps, signal: AbortSignal): Promise<void> {
  for (const name of await movingOf(deps)) {
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
    const pass = await bringOver(passDeps(deps, { name, from, to, other }, signal), row.pass, async (at) => {
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
