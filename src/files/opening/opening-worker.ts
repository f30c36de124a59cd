/**
 * A thread of its own that opens small files: reads their rows and their first copy, opens and verifies them. It decides nothing:
 * whoever asks has been let into the drive, and gave its keys. What it cannot open just like that, it leaves.
 */
import type { KeyObject } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { openRowReader, readWholeObject } from '../../storage/index.ts';
import type { RecordsKeys } from '../keys/drive-keys.ts';
import { findSmallFile, openSmallFile, type FileId, type OpenedFile } from './open-small-file.ts';

/** Where the records and the first copies lie, both in files of this machine. */
export interface PlaceInFiles {
  /** The URL of the SQLite records. */
  readonly records: string;
  /** The folder of the object store, symbolic links resolved. */
  readonly objects: string;
}

/** Given at its start. */
export interface OpenerData extends PlaceInFiles {
  /** A disk that takes longer for one file is read in many places at once, and not by one thread in turn. */
  readonly patienceMs: number;
}

export type ToOpener =
  /** The records' keys of a drive, those of its first generation first, under a number of ours. */
  | { readonly kind: 'keys'; readonly keysId: number; readonly recordsKeys: readonly KeyObject[] }
  | { readonly kind: 'forget'; readonly keysId: number }
  | (FileId & { readonly kind: 'open'; readonly number: number; readonly keysId: number });

/** First that it is `ready`; then one to each `open`, with its number and in their order; `null`: not opened here. */
export type FromOpener = 'ready' | { readonly number: number; readonly file: OpenedFile | null };

/** So long a slow disk is not tried again. */
const REST_MS = 250;

const { records, objects, patienceMs } = workerData as OpenerData;
const rows = openRowReader(records);
const keysById = new Map<number, RecordsKeys>();
let restsUntilMs = -Infinity;

parentPort?.on('message', (message: ToOpener) => {
  const { keysId } = message;
  if (message.kind === 'open') answer(message.number, opened(keysId, message));
  else if (message.kind === 'forget') keysById.delete(keysId);
  else keysById.set(keysId, keysOf(message.recordsKeys));
});
// A message that cannot be read is one question less, or keys that are missing.
parentPort?.on('messageerror', (error) => {
  throw error;
});
send('ready');

function opened(keysId: number, id: FileId): OpenedFile | null {
  const driveKeys = keysById.get(keysId);
  if (!driveKeys || performance.now() < restsUntilMs) return null;
  try {
    // Nothing else within the transaction: while it is open, SQLite's log only grows.
    const found = rows.atOnce((get) => findSmallFile(get, id));
    return found && openSmallFile(read, driveKeys, id, found);
  } catch {
    return null;
  }
}

function read(key: string, size: number): Uint8Array | null {
  const beganMs = performance.now();
  try {
    return readWholeObject(objects, key, size);
  } finally {
    const endedMs = performance.now();
    if (endedMs - beganMs > patienceMs) restsUntilMs = endedMs + REST_MS;
  }
}

function answer(number: number, file: OpenedFile | null): void {
  if (!file) return send({ number, file });
  // Memory of its own: with a part of some other, all of that would be copied into the message.
  const bytes = new Uint8Array(file.bytes);
  send({ number, file: { ...file, bytes } }, [bytes.buffer]);
}

function send(message: FromOpener, memory: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, memory);
}

function keysOf(recordsKeys: readonly KeyObject[]): RecordsKeys {
  return {
    generation(number) {
      const recordsKey = recordsKeys[number - 1];
      if (!recordsKey) throw new TypeError(`The keys of generation ${number} were not handed over`);
      return { recordsKey };
    },
  };
}
