/**
 * A thread of its own that opens small files: reads their rows and their first copy, opens and verifies them. It decides nothing:
 * whoever asks has been let into the drive, and gave its keys. What it cannot open just like that, it leaves.
 */
import type { KeyObject } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { openRowReader, readWholeObject } from '../../storage/index.ts';
import type { RecordsKeys } from '../keys/drive-keys.ts';
import { openSmallFile, type OpenedFile } from './open-small-file.ts';

/** Given at its start. */
export interface OpeningPlace {
  /** The URL of the SQLite records. */
  readonly records: string;
  /** The folder of the first copies, symbolic links resolved. */
  readonly objects: string;
}

export type ToOpener =
  /** The records' keys of a drive, those of its first generation first, under a number of ours. */
  | { readonly kind: 'keys'; readonly keysId: number; readonly recordsKeys: readonly KeyObject[] }
  | { readonly kind: 'forget'; readonly keysId: number }
  | { readonly kind: 'open'; readonly keysId: number; readonly driveId: string; readonly entryId: string };

/** First that it is `ready`; then to each `open`, in their order; `null`: not opened here. */
export type FromOpener = 'ready' | OpenedFile | null;

const { records, objects } = workerData as OpeningPlace;
const rows = openRowReader(records);
const read = (key: string, size: number): Uint8Array | null => readWholeObject(objects, key, size);
const keysById = new Map<number, RecordsKeys>();

parentPort?.on('message', (message: ToOpener) => {
  const { keysId } = message;
  if (message.kind === 'open') answer(opened(message));
  else if (message.kind === 'forget') keysById.delete(keysId);
  else keysById.set(keysId, keysOf(message.recordsKeys));
});
send('ready');

function opened({ keysId, driveId, entryId }: Extract<ToOpener, { kind: 'open' }>): OpenedFile | null {
  const driveKeys = keysById.get(keysId);
  if (!driveKeys) return null;
  try {
    return rows.atOnce((get) => openSmallFile({ get, read }, driveKeys, { driveId, entryId }));
  } catch {
    return null;
  }
}

function answer(file: OpenedFile | null): void {
  if (!file) return send(null);
  // Memory of its own: with a part of some other, all of that would be copied into the message.
  const bytes = new Uint8Array(file.bytes);
  send({ ...file, bytes }, [bytes.buffer]);
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
