import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openPrivateFolder } from '../../storage/index.ts';
import { networkErrors } from '../errors.ts';
import { gatewaysHere } from '../here/gateways.ts';
import { Detections } from './detections.ts';
import { KnownState } from './known/known-state.ts';
import { aboutAddresses } from './lists/about-address.ts';
import { addressList } from './lists/block-list.ts';
import { addressDatabase } from './lists/mmdb.ts';
import type { DetectingSettings } from './settings.ts';

export interface DetectingPlace {
  readonly settings: DetectingSettings;
  /** What is known is kept in there, readable by its owner alone. `null`: it is not kept, and nothing is as it is here, as for a capture of long ago. */
  readonly folder: string | null;
  /** Files with addresses and networks. */
  readonly blockLists: readonly string[];
  /** Files in MaxMind's format. */
  readonly addressDatabases: readonly string[];
}

export interface OpenDetections extends AsyncDisposable {
  readonly detections: Detections;
  /** What somebody should know of lists that were read, one sentence each. */
  readonly warnings: readonly string[];
  /** Keeps what is known, whole and on the disk. Disposing does so too. */
  save(): Promise<void>;
}

const MOST_KNOWN = 128 * 2 ** 20;
const MOST_LIST = 64 * 2 ** 20;
const MOST_DATABASE = 512 * 2 ** 20;

/**
 * Detections with what they know from earlier. A list or a database that cannot be read is an error, since alerts that nobody
 * misses would be missing: `network_list_unreadable`. What is known and cannot be read is learned anew.
 */
export async function openDetections(
  place: DetectingPlace,
  findGateways: () => readonly string[] = gatewaysHere,
): Promise<OpenDetections> {
  const { settings, folder } = place;
  const path = folder === null ? null : join(folder, 'known.json');
  const files = openPrivateFolder();
  const warnings: string[] = [];
  const known = new KnownState(path === null ? undefined : await keptIn(path, warnings));
  const lists = await Promise.all(
    place.blockLists.map(async (file) =>
      addressList(basename(file), (await bytesOf(file, MOST_LIST)).toString('utf8')),
    ),
  );
  for (const { name, wrong } of lists) {
    if (wrong.length > 0)
      warnings.push(`Lines of the list ${name} are no addresses, and were left out: ${wrong.join(', ')}`);
  }
  const databases = await Promise.all(
    place.addressDatabases.map(async (file) => {
      const database = addressDatabase(await bytesOf(file, MOST_DATABASE));
      if (database) return database;
      throw networkErrors('network_list_unreadable', {
        attempted: `Read “${file}”`,
        detail: 'it is not in the format of MaxMind',
      });
    }),
  );
  const gateways = folder === null ? [] : findGateways();
  const surroundings = { gateways, lists, about: aboutAddresses(databases) };
  const save = async (): Promise<void> => {
    if (path !== null) await files.write(path, JSON.stringify(known), true);
  };
  return {
    ...{ detections: new Detections(settings, known, surroundings), warnings, save },
    [Symbol.asyncDispose]: save,
  };
}

async function keptIn(path: string, warnings: string[]): Promise<unknown> {
  try {
    await using file = await open(path, 'r');
    if ((await file.stat()).size > MOST_KNOWN) throw new RangeError('it is larger than what is ever written');
    return JSON.parse(await file.readFile('utf8')) as unknown;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    warnings.push(`What is usual here is learned anew, since “${path}” cannot be read: ${(error as Error).message}`);
    return undefined;
  }
}

/** Throws `network_list_unreadable`. */
async function bytesOf(path: string, most: number): Promise<Buffer> {
  const attempted = `Read “${path}”`;
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size <= most) return await file.readFile();
  } catch (cause) {
    throw networkErrors('network_list_unreadable', { attempted, detail: (cause as Error).message, cause });
  }
  throw networkErrors('network_list_unreadable', { attempted, detail: `it has more than ${most / 2 ** 20} MiB` });
}
