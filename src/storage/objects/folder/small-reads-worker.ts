/**
 * Reads small files, many in one go, in a thread of its own with calls that wait: a file that is read through the pool of threads costs
 * the event loop five round trips. What cannot be read here, for whatever reason, is left to whoever reads one by one and tells why.
 */
import { dirname } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { type FilePart, isOwnFolder, type PartRead, readPart } from './read-part.ts';

/** `null`: not read here. */
export type Outcome = PartRead | null;

/** A disk that is slower than this is read through the pool, several files at a time. */
const PATIENCE_MS = 5;

parentPort?.on('message', (files: readonly FilePart[]) => {
  const until = performance.now() + PATIENCE_MS;
  const isWhole = new Map<string, boolean>();
  const outcomes = files.map((file) => (performance.now() > until ? null : outcomeOf(file, isWhole)));
  parentPort?.postMessage(
    outcomes,
    outcomes.flatMap((outcome) => (outcome ? [outcome.bytes.buffer] : [])),
  );
});

function outcomeOf(file: FilePart, isWhole: Map<string, boolean>): Outcome {
  try {
    const folder = dirname(file.path);
    if (!isWhole.has(folder)) isWhole.set(folder, isOwnFolder(folder));
    return isWhole.get(folder) === true ? readPart(file) : null;
  } catch {
    return null;
  }
}
