import { isInArchive } from './archived-parts.ts';
import { endOfDayMs, type FlowFolder } from './disk/flow-folder.ts';

export interface Kept {
  readonly mostBytes: number;
  readonly keptMs: number;
  readonly isArchived?: boolean;
}

interface Removed {
  readonly removed: number;
  /** Of these, flows that were archived nowhere. */
  readonly lost: number;
}

/** Removes files that are past their time, then the oldest while there are too many bytes. */
export function sweepFiles(
  folder: FlowFolder,
  { keptMs, mostBytes, isArchived = false }: Kept,
  nowMs: number,
): Removed {
  folder.removeLeftovers();
  let removed = 0;
  for (const file of folder.files()) {
    if (endOfDayMs(file) + keptMs > nowMs && file.about('state') === 'open') {
      // What was begun on another day takes nothing more.
      if (endOfDayMs(file) <= nowMs) file.close();
      continue;
    }
    if (endOfDayMs(file) + keptMs > nowMs || (isArchived && !isInArchive(file))) continue;
    removed += flowsIn(file);
    file.close();
    folder.remove(file);
  }
  const room = makeRoom(folder, mostBytes);
  return { removed: removed + room.removed, lost: room.lost };
}

/** The oldest goes while there is more than may be. The last file goes as well, if it alone is too large: nobody has a full disk by it. */
export function makeRoom(folder: FlowFolder, mostBytes: number): Removed {
  let [removed, lost] = [0, 0];
  const files = [...folder.files()];
  let bytes = files.reduce((sum, file) => sum + file.bytes(), 0);
  while (bytes > mostBytes) {
    const oldest = files.shift();
    if (!oldest) break;
    bytes -= oldest.bytes();
    removed += flowsIn(oldest);
    if (!isInArchive(oldest)) lost += flowsIn(oldest);
    // First nobody may write into it any more: what is acknowledged after it went would be lost.
    oldest.close();
    folder.remove(oldest);
  }
  return { removed, lost };
}

function flowsIn(file: ReturnType<FlowFolder['files']>[number]): number {
  return file.segments().reduce((sum, { kind, rows }) => sum + (kind === 'conn' ? rows : 0), 0);
}
