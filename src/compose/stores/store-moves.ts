/**
 * A store of a running workspace moves into another place: what it holds is brought over while it goes on being used,
 * and the first start with the new place brings the rest and makes it the store. Until then nothing depends on the new
 * one, so that a move may be broken off, or called off, at any moment.
 */
import { actorOf, type AuditTrail } from '../../base/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import {
  type Config,
  placeMistakes,
  type ObjectsPlace,
  readEnvironment,
  readObjectsPlace,
} from '../../config/index.ts';
import { newPass, type Pass } from '../../files/index.ts';
import type { ObjectStore, RecordOperation, RecordStore } from '../../storage/index.ts';
import { composeErrors } from '../errors.ts';
import { identityOf, moveSk, placeNamed, placeOf, type StoreName, storeNames, STORES_PK } from './known-stores.ts';
import { shareAPlace, tryWhetherOne } from './one-store.ts';
import { type LearningStore, openObjectStore } from './open-stores.ts';
import { MARKER, ownerOf, putMarker } from './workspace-marker.ts';

/** Where a store lies, so that any later start can open it: without secrets. */
export type PlaceRow = { readonly identity: string; readonly url: string; readonly place: ObjectsPlace };

/** Under `stores`, one row per store that moves. */
export type MoveRow = {
  readonly id: string;
  readonly from: PlaceRow;
  readonly to: PlaceRow;
  readonly startedMs: number;
  /** What the store held when the move began; `null`: not counted yet. */
  readonly total: { readonly objects: number; readonly bytes: number } | null;
  readonly pass: Pass;
  /** When all that the store held at the beginning of a pass lay in the new one, verified; `null`: not yet. */
  readonly readyMs: number | null;
  /** Objects that no store has a good copy of, as of the last pass. */
  readonly damaged: number;
  /** Error code of the last attempt, when it failed. */
  readonly lastCode: string | null;
};

export interface StoreMovesDeps {
  readonly records: RecordStore;
  readonly config: Config;
  readonly stores: { readonly [Name in StoreName]: ObjectStore };
  readonly workspaceId: string;
  readonly audit: AuditTrail<RecordOperation>;
  readonly clock: Clock;
  readonly log: Log;
  /** There is something to move. */
  readonly onMove: () => void;
}

export interface StoreMoves {
  /** Moves that were begun and not finished or called off. */
  under(): Promise<ReadonlyMap<StoreName, MoveRow>>;
  /**
   * Begins a move, or goes on with the one to the same place. Throws `store_place_invalid`, `stores_are_one`,
   * `store_of_other_workspace`, `store_not_empty`, `store_move_under_way`, and what the new store throws.
   */
  begin(by: Actor, name: StoreName, url: string): Promise<void>;
  /** That there is no such move is no error. What was brought over stays where it is. */
  callOff(by: Actor, name: StoreName): Promise<void>;
}

type Actor = Parameters<typeof actorOf>[0];

export function storeMoves(deps: StoreMovesDeps): StoreMoves {
  const { records, audit, clock } = deps;
  const eventOf = (act: 'store.move_begun' | 'store.move_called_off', by: Actor, name: StoreName, url: string) =>
    audit.operations({ act, ...actorOf(by), subjectIds: [], facts: { store: name, url: url.slice(0, 256) } });
  return {
    async under() {
      const found = new Map<StoreName, MoveRow>();
      for (const name of storeNames) {
        const row = (await records.get<MoveRow>(STORES_PK, moveSk(name)))?.value;
        if (row) found.set(name, row);
      }
      return found;
    },

    async begin(by, name, url) {
      const place = placeFrom(deps, name, url);
      const identity = identityOf(place, deps.config.dataFolder);
      const attempted = `Move a store to ${url}`;
      const present = (await records.get<MoveRow>(STORES_PK, moveSk(name)))?.value;
      if (present?.to.identity === identity) return deps.onMove();
      if (present) throw composeErrors('store_move_under_way', { attempted, detail: `to ${present.to.url}` });
      await using target = await openObjectStore(place, deps.config.settings.storage, deps);
      await assertUsable(deps, target, place, attempted);
      await target.learn();
      await putMarker(target, deps.workspaceId, clock);
      const from = placeOf(deps.config, name);
      const row: MoveRow = {
        id: newId(),
        from: {
          identity: identityOf(from, deps.config.dataFolder),
          url: deps.stores[name].properties.url,
          place: from,
        },
        // As it was given, since that is what the next start has to be given.
        to: { identity, url, place },
        startedMs: clock(),
        total: null,
        pass: newPass(1),
        readyMs: null,
        damaged: 0,
        lastCode: null,
      };
      const put: RecordOperation = { op: 'put', pk: STORES_PK, sk: moveSk(name), value: row, if: 'absent' };
      try {
        await records.transact([put, ...eventOf('store.move_begun', by, name, row.to.url)]);
      } catch (error) {
        if (!hasCode(error, 'record_conflict')) throw error;
        throw composeErrors('store_move_under_way', { attempted, detail: 'somebody else has just begun one' });
      }
      deps.onMove();
    },

    async callOff(by, name) {
      const item = await records.get<MoveRow>(STORES_PK, moveSk(name));
      if (!item) return;
      await records.transact([
        { op: 'delete', pk: STORES_PK, sk: moveSk(name) },
        ...eventOf('store.move_called_off', by, name, item.value.to.url),
      ]);
    },
  };
}

/** The store of a row, which may have gone with the data folder meanwhile. */
export function placeOfRow({ identity, place }: PlaceRow, dataFolder: string): ObjectsPlace {
  return placeNamed(identity, dataFolder) ?? place;
}

function placeFrom({ config }: StoreMovesDeps, name: StoreName, url: string): ObjectsPlace {
  const mistakes: string[] = [];
  const mistake = (text: string): void => void mistakes.push(text);
  const place = readObjectsPlace('The new store', url, readEnvironment(), mistake);
  if (mistakes.length === 0) {
    mistakes.push(...placeMistakes({ ...config, [name === 'primary' ? 'objects' : 'backup']: place }));
    const identity = identityOf(place, config.dataFolder);
    const taken = storeNames.some((each) => identityOf(placeOf(config, each), config.dataFolder) === identity);
    if (taken) mistakes.push('The workspace uses this store already.');
  }
  if (mistakes.length === 0) return place;
  throw composeErrors('store_place_invalid', {
    attempted: 'Move a store',
    detail: mistakes.join(' ').replace(/\.$/, ''),
  });
}

/** It is neither of the present stores under another name, belongs to nobody else, and holds nothing of others. */
async function assertUsable(
  deps: StoreMovesDeps,
  target: LearningStore,
  place: ObjectsPlace,
  attempted: string,
): Promise<void> {
  for (const name of storeNames) {
    const isOne =
      (await shareAPlace({ objects: placeOf(deps.config, name), backup: place })) ||
      (await tryWhetherOne(target, deps.stores[name], deps.log));
    if (isOne) throw composeErrors('stores_are_one', { attempted });
  }
  const owner = await ownerOf(target);
  if (owner === deps.workspaceId) return;
  if (owner !== null) throw composeErrors('store_of_other_workspace', { attempted });
  const { objects } = await target.list({ limit: 10 });
  const foreign = objects.find(({ key }) => key !== MARKER);
  if (foreign) throw composeErrors('store_not_empty', { attempted, detail: `there is ${foreign.key}` });
}
