/** Two names may lead to one folder, by a symbolic link or a mount: then there would be two copies and one file. */
import { randomBytes } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Config, ObjectsPlace } from '../../config/index.ts';
import { bytesBody, destroyObject, type ObjectStore } from '../../storage/index.ts';
import { composeErrors } from '../errors.ts';
import type { Stores } from './open-stores.ts';

type Places = Pick<Config, 'objects' | 'backup'>;

/** True when one of two folders is the other, or lies in it. Rejects with the file system's error. */
export async function shareAPlace({ objects, backup }: Places): Promise<boolean> {
  if (objects.kind !== 'folder' || backup.kind !== 'folder') return false;
  const [one, other] = await Promise.all([realpath(objects.folder), realpath(backup.folder)]);
  if (`${one}${sep}`.startsWith(`${other}${sep}`) || `${other}${sep}`.startsWith(`${one}${sep}`)) return true;
  const [first, second] = await Promise.all([stat(one, { bigint: true }), stat(other, { bigint: true })]);
  return first.dev === second.dev && first.ino === second.ino;
}

/**
 * Throws `stores_are_one`. Looks at the folders, and then tries it out: a network disk that is mounted twice shows
 * different numbers for one folder. A store that takes no probe (full, read-only) is judged by its folder alone.
 */
export async function refuseOneStore({ primary, backup }: Stores, places: Places, log: Log): Promise<void> {
  const attempted = `Use ${primary.properties.url} and ${backup.properties.url}`;
  if (await shareAPlace(places)) throw composeErrors('stores_are_one', { attempted });
  if (await tryWhetherOne(primary, backup, log)) throw composeErrors('stores_are_one', { attempted });
}

/** Whether what is put into the one lies in the other. False when the one takes no probe. */
export async function tryWhetherOne(one: ObjectStore, other: ObjectStore, log: Log): Promise<boolean> {
  const key = `probe-${randomBytes(16).toString('hex')}`;
  let isOne = false;
  try {
    await one.put(key, bytesBody(Buffer.alloc(1)), { size: 1 });
    isOne = (await other.head(key)) !== null;
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    log.warn({ code: error.code }, 'it could not be tried out whether two stores are one');
  }
  await destroyObject(one, key).catch((error: unknown) =>
    log.warn({ error: String(error) }, 'a probe was left behind'),
  );
  return isOne;
}

/** None for a store that is no folder. */
export function foldersOf(...places: readonly ObjectsPlace[]): string[] {
  return places.flatMap((place) => (place.kind === 'folder' ? [place.folder] : []));
}
