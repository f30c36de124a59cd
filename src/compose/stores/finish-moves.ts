/** The first start with the place that a store has moved to: brings over what was stored last, and makes it the store. */
import type { Clock } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Config } from '../../config/index.ts';
import { bringOver, newPass } from '../../files/index.ts';
import type { ObjectStore, RecordStore } from '../../storage/index.ts';
import { composeErrors } from '../errors.ts';
import {
  type ChangedStore,
  identityOf,
  keepStore,
  moveSk,
  placeOf,
  type StoreName,
  STORES_PK,
} from './known-stores.ts';
import { openObjectStore } from './open-stores.ts';
import { passDeps } from './store-mover.ts';
import { type MoveRow, placeOfRow } from './store-moves.ts';
import { ownerOf } from './workspace-marker.ts';

export interface FinishMovesDeps {
  readonly records: RecordStore;
  readonly config: Config;
  readonly stores: { readonly [Name in StoreName]: ObjectStore };
  readonly workspaceId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** A store that may begin anew, so that no move of it is to be finished. */
  readonly lost: StoreName | null;
}

export interface FinishedMoves {
  /** What has changed and was not moved. */
  readonly changed: readonly ChangedStore[];
  /** What to tell whoever started the server. */
  readonly warnings: readonly string[];
}

/** Passes after which nothing more may come up: no server writes into the old store any more. */
const MOST_PASSES = 3;

/**
 * Nothing may work on the workspace meanwhile. Throws `store_move_unfinished` when not everything was brought over
 * yet, or the old store does not answer, which alone knows what was stored last.
 */
export async function finishMoves(deps: FinishMovesDeps, changed: readonly ChangedStore[]): Promise<FinishedMoves> {
  const rest: ChangedStore[] = [];
  const warnings: string[] = [];
  for (const change of changed) {
    const row = (await deps.records.get<MoveRow>(STORES_PK, moveSk(change.name)))?.value;
    const identity = identityOf(placeOf(deps.config, change.name), deps.config.dataFolder);
    if (change.name === deps.lost || row?.to.identity !== identity) rest.push(change);
    else {
      await finish(deps, change, row);
      warnings.push(
        `The move from ${change.from} to ${change.to} is done: nothing depends on the old place any more. Keep it until you trust the new one, then delete it yourself.`,
      );
    }
  }
  return { changed: rest, warnings };
}

async function finish(deps: FinishMovesDeps, { name, from, to }: ChangedStore, row: MoveRow): Promise<void> {
  const { config, stores, workspaceId, clock, log } = deps;
  const attempted = `Use ${to} in the place of ${from}`;
  if (row.readyMs === null) throw composeErrors('store_move_unfinished', { attempted });
  const place = placeOfRow(row.from, config.dataFolder);
  try {
    await using old = await openObjectStore(place, config.settings.storage, { clock, log, readOnly: true });
    for (const store of [old, stores[name]]) {
      if ((await ownerOf(store)) === workspaceId) continue;
      const detail = `${store.properties.url} does not hold this workspace`;
      throw composeErrors('store_move_unfinished', { attempted, detail });
    }
    const other = stores[name === 'primary' ? 'backup' : 'primary'];
    const brought = passDeps(deps, { name, from: old, to: stores[name], other }, new AbortController().signal);
    log.info({ store: name, from, to }, 'a store has moved: what was stored last is brought over');
    const { unsure } = row.pass;
    let pass = await bringOver(brought, { ...newPass(2), unsure }, async () => {});
    while (pass.copied + pass.removed > 0 && pass.number <= MOST_PASSES) {
      pass = await bringOver(brought, newPass(pass.number + 1), async () => {});
    }
  } catch (error) {
    if (!hasCode(error, 'store_unavailable', 'store_denied')) throw error;
    throw composeErrors('store_move_unfinished', { attempted, detail: error.message, cause: error });
  }
  await keepStore(deps, name);
}
