/** A ring of capture files: what crossed the wire lately, whole, for whoever has to look closer; the oldest files go. */
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { networkErrors } from '../errors.ts';
import { makeDurableFolder } from '../../storage/index.ts';
import { FILE_HEADER_BYTES, PacketEdges } from './packet-edges.ts';

export interface RingLimits {
  /** All files together. */
  readonly bytes: number;
  readonly ageMs: number;
}

export interface Ring extends AsyncDisposable {
  /** The next piece of a capture in pcap format. Throws `network_ring_failed`. */
  write(bytes: Uint8Array): Promise<void>;
}

export interface RingOptions {
  readonly folder: string;
  readonly limits: RingLimits;
  readonly clock: () => number;
}

/** A ring of fewer files would lose much at once. */
const FILES = 16;
const LARGEST_FILE_BYTES = 256 * 2 ** 20;
const SMALLEST_FILE_BYTES = 64 * 1024;
const SWEEP_EVERY_MS = 60_000;
/** Of ours alone: another's captures may lie beside them. */
const NAME = /^holdfast-\d{8}T\d{9}Z-\d{6}\.pcap$/;

/** A folder for its owner alone; what an earlier run left in it counts. Throws `network_ring_failed`. */
export async function openRing({ folder, limits, clock }: RingOptions): Promise<Ring> {
  const fileBytes = Math.min(LARGEST_FILE_BYTES, Math.max(SMALLEST_FILE_BYTES, Math.floor(limits.bytes / FILES)));
  const fileMs = limits.ageMs / FILES;
  const edges = new PacketEdges();
  let file: FileHandle | null = null;
  let [written, sinceMs, number] = [0, 0, 0];
  let isBetweenPackets = true;
  let last: Promise<void> = Promise.resolve();

  const begin = async (): Promise<void> => {
    number += 1;
    sinceMs = clock();
    const time = new Date(sinceMs).toISOString().replace(/[-:.]/g, '');
    const name = `holdfast-${time}-${String(number).padStart(6, '0')}.pcap`;
    // The next one has its place before it is written.
    await sweep(folder, { ...limits, bytes: limits.bytes - fileBytes }, sinceMs);
    file = await open(join(folder, name), 'wx', 0o600);
    await file.writeFile(edges.head);
    written = FILE_HEADER_BYTES;
  };
  const append = async (bytes: Uint8Array): Promise<void> => {
    if (bytes.length === 0) return;
    if (file === null) await begin();
    await file!.writeFile(bytes);
    written += bytes.length;
  };
  const end = async (): Promise<void> => {
    const ending = file;
    file = null;
    await ending?.close();
  };
  /** One after the other. */
  const attempt = (what: () => Promise<void>): Promise<void> => {
    last = last.then(what).catch((cause: NodeJS.ErrnoException) => {
      const detail = cause.code ?? cause.message;
      throw networkErrors('network_ring_failed', { attempted: `Keep packets in ${folder}`, detail, cause });
    });
    return last;
  };
  const isOld = (): boolean => {
    const passedMs = clock() - sinceMs;
    return passedMs >= fileMs || passedMs < 0;
  };

  await attempt(async () => {
    await makeDurableFolder(folder);
    await sweep(folder, limits, clock());
  });
  /** Files grow old where no packet comes, too. */
  const sweeping = setInterval(() => {
    const tidy = async (): Promise<void> => {
      if (isBetweenPackets && isOld()) await end();
      await sweep(folder, limits, clock());
    };
    attempt(tidy).catch(() => undefined);
  }, SWEEP_EVERY_MS).unref();
  return {
    write: (bytes) =>
      attempt(async () => {
        const headBefore = edges.head.length;
        const edge = edges.take(bytes);
        const from = edges.head.length - headBefore;
        isBetweenPackets = edge === bytes.length;
        const isFull = file !== null && (written >= fileBytes || isOld());
        if (!isFull || edge <= from) return await append(bytes.subarray(from));
        await append(bytes.subarray(from, edge));
        await end();
        await append(bytes.subarray(edge));
      }),
    async [Symbol.asyncDispose]() {
      clearInterval(sweeping);
      await last.catch(() => undefined);
      await end();
    },
  };
}

/** The oldest files of ours go until the others are within the limits. */
async function sweep(folder: string, { bytes, ageMs }: RingLimits, nowMs: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => NAME.test(name)).toSorted();
  let sum = 0;
  for (const name of names.toReversed()) {
    const path = join(folder, name);
    // Somebody may tidy up at the same time: what is gone is no reason to end the capture.
    const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (there === null) continue;
    sum += there.size;
    if (sum > bytes || nowMs - there.mtimeMs > ageMs) await rm(path, { force: true });
  }
}
