/** `admin stores probe`: what a store can do, tried out before a workspace comes to depend on it. Needs no server. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import { silentLog } from '../../base/log.ts';
import { type Config, type ObjectsPlace, readConfig, readEnvironment, readObjectsPlace } from '../../config/index.ts';
import { probeObjectStore, type Trial } from '../../storage/index.ts';
import { check, type DoctorCheck, fail, pass } from '../doctor/check.ts';
import { bucketChecks, judgeLockSeen, lookAtBucket } from '../doctor/stores.ts';
import { composeErrors } from '../errors.ts';
import { openObjectStore } from './open-stores.ts';
import { abilityChecks } from './store-abilities.ts';

export interface StoreProbe {
  /** Without secrets. */
  readonly url: string;
  /** `null` when the store could not be opened. */
  readonly abilities: {
    readonly conditionalWrites: boolean;
    readonly versions: boolean;
    readonly deletesVersions: boolean | null;
    readonly objectLock: 'off' | 'on' | 'always' | null;
    readonly maxObjectBytes: number;
    readonly minPartBytes: number;
    readonly maxParts: number;
  } | null;
  readonly checks: readonly DoctorCheck[];
}

export interface ProbeRequest {
  /** As HOLDFAST_OBJECTS would name it. */
  readonly url: string;
  readonly signal: AbortSignal;
}

/**
 * Writes under a name of its own inside of the store, and removes that again; no setting of the store is changed.
 * Throws `store_url_invalid`, `config_invalid` and the reason of `signal`; what is wrong with the store is a failed check.
 */
export async function probeStoreOffline({ url, signal }: ProbeRequest): Promise<StoreProbe> {
  const config = readConfig({}, readEnvironment());
  const place = placeToProbe(url);
  if (place.kind === 'folder' && !existsSync(place.folder)) {
    const remedy = 'Make it, or mount its disk, and probe again. A server makes the folders of its stores itself.';
    return failed(url, `There is no folder ${place.folder}.`, remedy);
  }
  const name = `probe-${newId()}`;
  try {
    return await probe(url, place, name, config, signal);
  } catch (error) {
    // Whoever stopped it has found out nothing about the store.
    signal.throwIfAborted();
    if (!(error instanceof HoldfastError)) throw error;
    return failed(url, `${error.message}.`, error.remedy);
  } finally {
    if (place.kind === 'folder') await rm(join(place.folder, name), { recursive: true, force: true });
  }
}

async function probe(
  url: string,
  place: ObjectsPlace,
  name: string,
  config: Config,
  signal: AbortSignal,
): Promise<StoreProbe> {
  const inside: ObjectsPlace =
    place.kind === 'folder'
      ? { kind: 'folder', folder: join(place.folder, name) }
      : { ...place, prefix: `${place.prefix}${name}/` };
  const { storage } = config.settings;
  const deps = { clock: systemClock, log: silentLog, asItIs: true, signal };
  await using store = await openObjectStore(inside, storage, deps);
  await store.learn();
  const trials = await probeObjectStore(store, signal);
  const { createOnly, versions, deletesVersions, objectLock, maxObjectBytes, minPartBytes, maxParts } =
    store.properties;
  const health = lookAtBucket(place, config, signal);
  // What a bucket allows and whom it is open to; versions are told by what was tried.
  const aboutBucket = await Promise.all(bucketChecks('bucket', place, health));
  const lock = await check('object_lock', () => judgeLockSeen(health, store.properties, 'It'));
  signal.throwIfAborted();
  return {
    url,
    abilities: {
      conditionalWrites: createOnly,
      versions,
      deletesVersions,
      objectLock,
      maxObjectBytes,
      minPartBytes,
      maxParts,
    },
    checks: [
      ...trials.map(checkOf),
      ...abilityChecks('', store.properties)
        .filter(({ id }) => !trials.some(({ name: tried }) => tried === id))
        .map((each) => (each.id === lock.id ? lock : each)),
      ...aboutBucket.filter(({ id }) => id !== 'bucket_versions'),
    ],
  };
}

const GOOD: Readonly<Record<Trial['name'], string>> = {
  write: 'What is written comes back as it was.',
  ranges: 'It answers with ranges of an object.',
  order: 'It lists names in their order.',
  parts: 'It takes an object in parts.',
  copy: 'It copies objects within itself.',
  delete: 'What is deleted is gone.',
};

const LACKING: Readonly<Record<Trial['name'], string>> = {
  write: 'Nothing can be stored there',
  ranges: 'Parts of files cannot be read, and no film or large picture can be shown',
  order: 'Nobody can tell what lies in it, and a store that was lost cannot be filled again',
  parts: 'Large files cannot be stored there',
  copy: 'It does not copy within itself, so that bytes must travel',
  delete: 'What people remove for good stays there',
};

function checkOf({ name, problem }: Trial): DoctorCheck {
  if (problem === null) return { id: name, ...pass(GOOD[name]) };
  const remedy =
    'Look at the credentials, the rights of the user that runs this, and the address of the store. A store that cannot do this cannot keep a workspace.';
  return { id: name, ...fail(`${LACKING[name]}: ${problem}.`, remedy) };
}

function failed(url: string, what: string, remedy: string): StoreProbe {
  return { url, abilities: null, checks: [{ id: 'open', ...fail(what, remedy) }] };
}

function placeToProbe(url: string): ObjectsPlace {
  const mistakes: string[] = [];
  const place = readObjectsPlace('URL', url, readEnvironment(), (mistake) => void mistakes.push(mistake));
  if (mistakes.length === 0) return place;
  throw composeErrors('store_place_invalid', { attempted: 'Probe a store', detail: mistakes.join(' ') });
}
