import { join } from 'node:path';
import {
  hasWorkspace,
  openWorkspaceKey,
  prepareSetupCode,
  type RingPlace,
  type WorkspaceKeyRing,
} from '../accounts/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Config } from '../config/index.ts';
import { adoptStore, type PlaceInFiles } from '../files/index.ts';
import { type ObjectStore, openDataLock, pathOfFileUrl, type RecordStore } from '../storage/index.ts';
import { makeDataFolder } from './data-folder.ts';
import { finishMoves } from './stores/finish-moves.ts';
import { changedStores, keepStores, type KnownStoresDeps, storeNames, storeTitles } from './stores/known-stores.ts';
import { abilityWarnings } from './stores/store-abilities.ts';
import { refuseOneStore } from './stores/one-store.ts';
import { type OpenRecords, openRecords } from './records/open-records.ts';
import { openStores, type Stores } from './stores/open-stores.ts';
import { bringIntoShape, shapeOfNew } from './records/records-shape.ts';
import { ringPlaceOf } from './keys/workspace-key-place.ts';
import { adoptionWarnings, claimStores, MARKER, ownersOf, refuseOwnedStores } from './stores/workspace-marker.ts';

export interface GroundDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly wrapPrimary?: (store: ObjectStore) => ObjectStore;
  readonly wrapBackup?: (store: ObjectStore) => ObjectStore;
  readonly wrapRecords?: (records: RecordStore) => RecordStore;
}

/** What everything else stands on: stores and records that are known to be this workspace's, and its key. */
export interface Ground extends AsyncDisposable {
  readonly primary: ObjectStore;
  readonly backup: ObjectStore;
  /** As they were opened, with their figures. */
  readonly stores: Stores;
  readonly records: RecordStore;
  readonly openedRecords: OpenRecords;
  /** Where the records and the primary store lie in files, as they are and with nothing before them; `null` otherwise. */
  readonly inFiles: PlaceInFiles | null;
  readonly workspaceKey: WorkspaceKeyRing;
  readonly ringPlace: RingPlace;
  /** Makes the first account; `null` once there is one. */
  readonly setupCode: string | null;
  readonly setupCodeFile: string;
  readonly known: KnownStoresDeps & { readonly config: Config; readonly clock: Clock };
  /** Things a person should look at, one sentence each. */
  readonly warnings: readonly string[];
}

/** The steps before the first write are in an order that lets every refusal leave things as they were. */
export async function openGround(config: Config, deps: GroundDeps): Promise<Ground> {
  await using opened = new AsyncDisposableStack();
  const { clock, log } = deps;
  await makeDataFolder(config.dataFolder);
  opened.use(await openDataLock(config.dataFolder, clock));
  const stores = await openStores(config, { clock, log });
  const primary = opened.use(deps.wrapPrimary?.(stores.primary) ?? stores.primary);
  const backup = opened.use(deps.wrapBackup?.(stores.backup) ?? stores.backup);
  const both = [primary, backup];
  await refuseOneStore(stores, config, log);

  const isNew = async (): Promise<boolean> => (await ownersOf(both)).every((owner) => owner === null);
  const openedRecords = opened.use(await openRecords(config, { clock, log, isNew }));
  const records = deps.wrapRecords?.(openedRecords.records) ?? openedRecords.records;

  // A workspace that is not begun has nothing to bring along; its shape is written with it.
  const shape = { clock, log, ...(openedRecords.isAlone && { beforeFirst: () => openedRecords.makeBackup() }) };
  if (await hasWorkspace(records)) await bringIntoShape(records, shape);
  const ringPlace = ringPlaceOf(config.workspaceKey, config, { records, log });
  const workspaceKey = await openWorkspaceKey({
    place: ringPlace,
    records,
    clock,
    log,
    beforeNew: () => refuseOwnedStores(both),
    withNew: [shapeOfNew()],
  });
  const { workspaceId } = workspaceKey;
  const setupCodeFile = join(config.dataFolder, 'setup-code');
  const setupCode = await prepareSetupCode({
    records,
    workspaceKey,
    file: setupCodeFile,
    isAlone: openedRecords.isAlone,
  });
  const adopting = { records, stores: { primary, backup }, clock, log, leave: [MARKER] };
  const known = { records, stores: { primary, backup }, config, clock };
  const changed = setupCode === null ? await changedStores(known) : [];
  const moved = await finishMoves({ ...known, workspaceId, log, lost: config.adoptStore }, changed);
  const adopted = await claimStores({
    ...adopting,
    workspaceId,
    isNew: setupCode !== null,
    changed: moved.changed,
    adopt: config.adoptStore,
    fill: (name) => adoptStore(adopting, name),
  });
  await keepStores({ ...known, stores });

  const lacks = storeNames.flatMap((name) =>
    abilityWarnings(
      `The store of the ${storeTitles[name]}`,
      stores[name].properties,
      name === 'backup' ? 'second copies' : 'objects',
    ),
  );

  const held = opened.move();
  return {
    ...{ primary, backup, stores, records, openedRecords, workspaceKey, ringPlace, setupCode, setupCodeFile, known },
    inFiles: deps.wrapPrimary || deps.wrapRecords ? null : inFiles(config, { primary, records }),
    warnings: [...moved.warnings, ...adoptionWarnings(config.adoptStore, adopted), ...lacks],
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function inFiles(config: Config, { primary, records }: Pick<Ground, 'primary' | 'records'>): PlaceInFiles | null {
  if (config.objects.kind !== 'folder' || config.records.kind !== 'sqlite') return null;
  return { records: records.properties.url, objects: pathOfFileUrl(primary.properties.url) };
}
