import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '../../../../base/ids.ts';
import { makeDurableFolder } from '../../../../storage/index.ts';
import { FlowFile, removeFlowFile } from './flow-file.ts';

/** The day it was begun (UTC), then an id: a name is never used twice. */
const NAME = /^flows-(\d{4}-\d{2}-\d{2})-[0-9a-f-]{36}\.sqlite$/;
const LOG_NAME = /^(flows-.+\.sqlite)-(?:wal|shm)$/;
const DAY_MS = 86_400_000;

/**
 * The files of a store, one for each day and more where a day has much: what is kept no longer goes by removing files, which gives
 * the room back at once. Other processes may have the same folder open: each looks what is there whenever it is asked.
 */
export class FlowFolder implements Disposable {
  readonly path: string;
  /** A file that has become so large is followed by another. */
  readonly #mostBytesOfAFile: number;
  readonly #open = new Map<string, FlowFile>();

  private constructor(path: string, mostBytesOfAFile: number) {
    this.path = path;
    this.#mostBytesOfAFile = mostBytesOfAFile;
  }

  /** Makes the folder: its owner alone may enter. */
  static async open(path: string, mostBytesOfAFile: number): Promise<FlowFolder> {
    await makeDurableFolder(path);
    chmodSync(path, 0o700);
    return new FlowFolder(path, mostBytesOfAFile);
  }

  /** Oldest first. One that cannot be read throws. */
  files(): readonly FlowFile[] {
    const names = this.#names();
    for (const [name, file] of this.#open) {
      if (names.includes(name)) continue;
      file[Symbol.dispose]();
      this.#open.delete(name);
    }
    return names.map((name) => {
      let file = this.#open.get(name);
      if (!file) {
        file = new FlowFile(join(this.path, name));
        this.#open.set(name, file);
      }
      return file;
    });
  }

  /** Oldest first: as they are now, whatever others merge or remove until `held` ends. */
  heldFiles(held: DisposableStack): readonly FlowFile[] {
    return this.#names().map((name) => held.use(new FlowFile(join(this.path, name))).hold());
  }

  #names(): readonly string[] {
    return readdirSync(this.path)
      .filter((name) => NAME.test(name))
      .toSorted();
  }

  /** Does `step` in one transaction of the file of today; begins one where there is none that takes more. */
  write(nowMs: number, step: (file: FlowFile) => void): void {
    for (;;) {
      const file = this.#current(nowMs) ?? this.#begin(nowMs);
      if (file.write(() => step(file))) return;
    }
  }

  #current(nowMs: number): FlowFile | null {
    const newest = this.files().at(-1);
    if (!newest || dayOf(newest) !== dayText(nowMs) || newest.about('state') !== 'open') return null;
    return newest.bytes() < this.#mostBytesOfAFile ? newest : null;
  }

  #begin(nowMs: number): FlowFile {
    const name = `flows-${dayText(nowMs)}-${newId()}.sqlite`;
    const file = new FlowFile(join(this.path, name));
    this.#open.set(name, file);
    return file;
  }

  /** Nobody may write into it any more. */
  remove(file: FlowFile): void {
    file[Symbol.dispose]();
    this.#open.delete(file.name);
    removeFlowFile(file.path);
  }

  /** What was left when a process died while it removed a file. */
  removeLeftovers(): void {
    const names = new Set(readdirSync(this.path));
    for (const name of names) {
      const of = LOG_NAME.exec(name)?.[1];
      // Asked for once more: a list that is made while another process begins a file may have the one name without the other.
      if (of === undefined || names.has(of) || existsSync(join(this.path, of))) continue;
      rmSync(join(this.path, name), { force: true });
    }
  }

  [Symbol.dispose](): void {
    for (const file of this.#open.values()) file[Symbol.dispose]();
    this.#open.clear();
  }
}

/** `2026-11-29` */
export function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function dayOf({ name }: FlowFile): string {
  return NAME.exec(name)?.[1] ?? '';
}

/** When the last of it can have been stored. */
export function endOfDayMs(file: FlowFile): number {
  return Date.parse(`${dayOf(file)}T00:00:00Z`) + DAY_MS;
}
