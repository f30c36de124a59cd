/**
 * Batches of flows until the server has them: on the disk, whole, the oldest first, within a bound. What the disk does not take, as
 * one that is full, waits in memory behind the others, within a bound of its own; it is tried again with each batch that comes.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDurableFolder, openPrivateFolder, type PrivateFolder } from '../storage/index.ts';

/** Disposing tries the disk once more for what waits in memory, and tells what is lost with it. */
export interface BatchSpool extends AsyncDisposable {
  /** On the disk when it resolves, or in memory where the disk does not take it. */
  add(bytes: Buffer): Promise<void>;
  /** `null`: nothing waits. */
  oldest(): Promise<{ readonly name: string; readonly bytes: Buffer } | null>;
  remove(name: string): Promise<void>;
}

export interface BatchSpoolOptions {
  /** On the disk; beyond it the oldest go. */
  readonly mostBytes: number;
  /** In memory, while the disk takes nothing; beyond it the oldest there go. */
  readonly mostHeldBytes: number;
  readonly onLost: (batches: number, why: string) => void;
  /** The disk takes nothing, or takes it again: told once each time. */
  readonly onTrouble: (line: string) => void;
  /** What writes and reads them. */
  readonly files?: PrivateFolder;
}

/** The order is told by a number: a clock may be set back. */
const NAME = /^\d{12}\.json\.gz$/;

/** One process at a time, and one `add` at a time. What an earlier one left is there. */
export async function openBatchSpool(stateFolder: string, options: BatchSpoolOptions): Promise<BatchSpool> {
  const { mostBytes, mostHeldBytes, onLost, onTrouble, files = openPrivateFolder() } = options;
  const folder = join(stateFolder, 'agent/network');
  await makeDurableFolder(folder);
  const sizes = new Map<string, number>();
  for (const name of (await readdir(folder)).toSorted()) {
    // Anything else is what a write that was broken off left.
    if (NAME.test(name)) sizes.set(name, (await stat(join(folder, name))).size);
    else await rm(join(folder, name), { force: true });
  }
  let number = Number([...sizes.keys()].at(-1)?.slice(0, 12) ?? 0);
  /** Younger than all on the disk. */
  const held = new Map<string, Buffer>();
  let trouble: string | null = null;

  const remove = async (name: string): Promise<void> => {
    sizes.delete(name);
    held.delete(name);
    await rm(join(folder, name), { force: true });
  };
  const makeRoom = async (bytes: number): Promise<void> => {
    let gone = 0;
    try {
      for (const name of sizes.keys()) {
        if (sumOf(sizes.values()) + bytes <= mostBytes) break;
        gone += 1;
        await remove(name);
      }
    } finally {
      if (gone > 0) onLost(gone, 'the server was away for too long, and there was no more room');
    }
  };
  /** Resolves to why the disk does not take it; `null`: it did. */
  const write = async (name: string, bytes: Buffer): Promise<string | null> => {
    try {
      await makeRoom(bytes.length);
      await files.write(join(folder, name), bytes, true);
      // The server may have taken it meanwhile.
      if (held.delete(name)) sizes.set(name, bytes.length);
      else await remove(name);
      return null;
    } catch (error) {
      return refusalOf(error);
    }
  };
  /** From memory onto the disk, the oldest first, as far as it takes them. */
  const writeHeld = async (): Promise<void> => {
    if (held.size === 0) return;
    let refused: string | null = null;
    for (const [name, bytes] of held) {
      refused = await write(name, bytes);
      if (refused !== null) break;
    }
    if (refused !== null && trouble === null) {
      onTrouble(`flows cannot be written to ${folder}: ${refused}. They wait in memory, and are tried again`);
    }
    if (refused === null && trouble !== null) onTrouble(`flows are written to ${folder} again`);
    trouble = refused;
  };

  return {
    remove,
    async add(bytes) {
      number += 1;
      held.set(`${String(number).padStart(12, '0')}.json.gz`, bytes);
      await writeHeld();
      let gone = 0;
      for (const name of held.keys()) {
        if (held.size === 1 || sumOf(held.values().map(({ length }) => length)) <= mostHeldBytes) break;
        held.delete(name);
        gone += 1;
      }
      if (gone > 0) onLost(gone, `the disk took nothing (${trouble}), and there was no more room in memory`);
    },
    async oldest() {
      for (const name of sizes.keys()) {
        const bytes = await files.read(join(folder, name));
        if (bytes !== null) return { name, bytes };
        sizes.delete(name);
      }
      // What can be on the disk is there before it is sent.
      const [first] = trouble === null ? [] : held;
      return first ? { name: first[0], bytes: first[1] } : null;
    },
    async [Symbol.asyncDispose]() {
      await writeHeld();
      if (held.size > 0) onLost(held.size, `the disk took nothing (${trouble}) until the end`);
    },
  };
}

function sumOf(sizes: Iterable<number>): number {
  let sum = 0;
  for (const size of sizes) sum += size;
  return sum;
}

/** Whatever it is: what can be kept in memory is not thrown away for it. */
function refusalOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : (code ?? name);
}
