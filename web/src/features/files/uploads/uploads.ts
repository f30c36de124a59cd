/** The one queue of this browser tab: it outlives the page that the files were dropped on. */
import { newIdempotencyKey } from '../../../base/requests/api.ts';
import { reconnections } from '../../../base/requests/connection.ts';
import { sessionEnded } from '../../../base/requests/session.ts';
import { createStore } from '../../../base/store.ts';
import { queryClient } from '../../../app/query-client.ts';
import { showError } from '../../../app/toasts.ts';
import { folderKey } from '../api.ts';
import { changeFolder, withEntry } from '../folder-pages.ts';
import { folderFor } from './folder-paths.ts';
import type { Given } from './given-files.ts';
import { isBrokenLine, openUploadQueue, summarise, type UploadSummary } from './queue.ts';
import { type Sample, withSample } from './rate.ts';
import { afterFormerTry } from './after-former-try.ts';
import { sendChecked } from './send-checked.ts';

/** Bytes come many times a second; people read less often. */
const SHOW_EVERY_MS = 150;
const REFRESH_EVERY_MS = 1_000;

export interface UploadsView {
  readonly summary: UploadSummary;
  readonly samples: readonly Sample[];
  /** The line broke; what waits goes on once the server answers. */
  readonly held: boolean;
}

const empty: UploadsView = { summary: summarise([]), samples: [], held: false };
export const uploadsView = createStore<UploadsView>(empty);

let shown: ReturnType<typeof setTimeout> | undefined;
function showSoon(): void {
  shown ??= setTimeout(() => {
    shown = undefined;
    const summary = summarise(uploads.uploads.values());
    uploadsView.set(({ samples }) => ({
      summary,
      held: uploads.isHeld(),
      samples:
        summary.waiting === 0 || uploads.isHeld()
          ? []
          : withSample(samples, { atMs: performance.now(), bytes: summary.sentBytes }),
    }));
  }, SHOW_EVERY_MS);
}

const stale = new Map<string, { readonly driveId: string; readonly folderId: string }>();
let refreshing: ReturnType<typeof setTimeout> | undefined;
function refreshSoon(driveId: string, folderId: string): void {
  stale.set(`${driveId} ${folderId}`, { driveId, folderId });
  refreshing ??= setTimeout(() => {
    refreshing = undefined;
    for (const each of stale.values()) changeFolder(queryClient, each, (pages) => pages);
    stale.clear();
    void queryClient.invalidateQueries({ queryKey: ['usage'] });
    void queryClient.invalidateQueries({ queryKey: ['recent'] });
  }, REFRESH_EVERY_MS);
}

export const uploads = openUploadQueue({
  send: async (sent, folderId, watch) =>
    await afterFormerTry(async () => await sendChecked(sent, folderId, watch), watch.signal),
  folderFor,
  newKey: newIdempotencyKey,
  onChange: showSoon,
  onStored: ({ driveId, folderId, segments }, { entry }) => {
    void queryClient.invalidateQueries({ queryKey: ['versions', driveId, entry.id] });
    const into = entry.folderId ?? folderId;
    const pages = queryClient.getQueriesData<{ pages?: unknown[] }>({ queryKey: folderKey(driveId, into) });
    const isLong = pages.some(([, data]) => (data?.pages?.length ?? 0) > 4);
    if (isLong) changeFolder(queryClient, { driveId, folderId: into }, (now) => withEntry(now, entry));
    refreshSoon(driveId, into);
    if (segments.length > 0) refreshSoon(driveId, folderId);
  },
});

/** Takes what somebody dropped or chose. */
export function upload(
  { files, emptyFolders }: Given,
  to: { readonly driveId: string; readonly folderId: string },
): void {
  uploads.add(files.map(({ file, segments }) => ({ ...to, file, segments })));
  for (const segments of emptyFolders) {
    folderFor(to.driveId, to.folderId, segments).then(
      () => refreshSoon(to.driveId, to.folderId),
      (error: unknown) => showError(`Make the folder “${segments.at(-1)}”`, error),
    );
  }
}

/** Files that a broken line kept from being stored go on, and with them those that wait behind. */
function goOnAfterBreak(): void {
  if (uploads.isHeld()) uploads.retry(({ state, problem }) => state === 'failed' && isBrokenLine(problem));
}
// The network of this computer is back; whether the server is shows at the first try.
addEventListener('online', goOnAfterBreak);
reconnections.subscribe(goOnAfterBreak);

// What failed because the session was over goes on by itself once the person is back.
sessionEnded.subscribe(() => {
  if (!sessionEnded.get()) uploads.retry(({ problem }) => problem?.status === 401);
});

/** Leaving now would break off what is being sent; the browser asks first. */
addEventListener('beforeunload', (event) => {
  if (summarise(uploads.uploads.values()).waiting > 0) event.preventDefault();
});
