/**
 * Files that somebody is about to send with a message, by room and thread: they are uploaded at once, and wait for the text. Like a
 * draft they outlive the room's page, and go with the tab.
 */
import { isLeavingEverything } from '../../accounts/leave.ts';
import { newIdempotencyKey } from '../../../base/requests/api.ts';
import { type Problem, problemOf } from '../../../base/requests/problem.ts';
import { createStore } from '../../../base/store.ts';
import { uploadAttachment } from '../api.ts';
import type { SentFile } from '../line/outbox.ts';

export interface PendingFile {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly sentBytes: number;
  readonly problem: Problem | null;
  /** There once it is uploaded. */
  readonly uploaded: SentFile | null;
}

/** Of one message. */
export const MOST_FILES = 10;

type ByPlace = Readonly<Record<string, readonly PendingFile[]>>;
export const pendingFiles = createStore<ByPlace>({});
const running = new Map<string, { readonly file: File; readonly abort: AbortController }>();

export const placeOf = (roomId: string, thread: number | undefined): string => `${roomId} ${thread ?? ''}`;

const change = (place: string, to: (now: readonly PendingFile[]) => readonly PendingFile[]): void =>
  pendingFiles.set((now) => ({ ...now, [place]: to(now[place] ?? []) }));

function changeOne(place: string, id: string, to: Partial<PendingFile>): void {
  change(place, (now) => now.map((each) => (each.id === id ? { ...each, ...to } : each)));
}

/** Begins to upload; answers how many were too many for one message. */
export function addFiles(place: string, roomId: string, files: readonly File[]): number {
  const room = MOST_FILES - (pendingFiles.get()[place]?.length ?? 0);
  for (const file of files.slice(0, Math.max(0, room))) {
    const id = newIdempotencyKey();
    const pending = { id, name: file.name, size: file.size, sentBytes: 0, problem: null, uploaded: null };
    change(place, (now) => [...now, pending]);
    void upload(place, roomId, id, file);
  }
  return Math.max(0, files.length - Math.max(0, room));
}

/** Under the same key, so that what was stored after all is not stored twice. */
export function retryFile(place: string, roomId: string, id: string): void {
  const file = running.get(id)?.file;
  if (file) void upload(place, roomId, id, file);
}

async function upload(place: string, roomId: string, id: string, file: File): Promise<void> {
  const abort = new AbortController();
  running.set(id, { file, abort });
  changeOne(place, id, { problem: null, sentBytes: 0 });
  try {
    const uploaded = await uploadAttachment(roomId, file, id, {
      onProgress: (sentBytes) => changeOne(place, id, { sentBytes }),
      signal: abort.signal,
    });
    const { driveId, entryId, versionId, name, size } = uploaded;
    changeOne(place, id, { uploaded: { driveId, entryId, versionId, name, size }, name, sentBytes: size });
    running.delete(id);
  } catch (error) {
    if (!abort.signal.aborted) changeOne(place, id, { problem: problemOf(error) });
  }
}

/** What was uploaded already stays in the drive, in the folder for such files. */
export function dropFile(place: string, id: string): void {
  running.get(id)?.abort.abort();
  running.delete(id);
  change(place, (now) => now.filter((each) => each.id !== id));
}

/** They belong to a message now. */
export function takeFiles(place: string): readonly SentFile[] {
  const files = (pendingFiles.get()[place] ?? []).flatMap(({ uploaded }) => uploaded ?? []);
  change(place, () => []);
  return files;
}

/** Like a draft they would be lost with the page; the browser asks first. */
addEventListener('beforeunload', (event) => {
  const areThere = Object.values(pendingFiles.get()).some((files) => files.length > 0);
  if (areThere && !isLeavingEverything()) event.preventDefault();
});
