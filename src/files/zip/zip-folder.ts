import type { RecordStore } from '../../storage/index.ts';
import { nameOf, type Located } from '../entries/entries.ts';
import { listFolder } from '../entries/folders.ts';
import { fileErrors } from '../errors.ts';
import type { DriveAccess } from '../keys/access.ts';
import type { FileRow, FolderRow } from '../records.ts';
import type { Download } from '../versions/download.ts';
import { zipNames } from './zip-names.ts';
import { zipArchive, type ZipItem } from './zip-writer.ts';

export interface ZipDeps {
  readonly records: RecordStore;
  readonly download: (access: DriveAccess, file: Located<FileRow>) => Promise<Download>;
}

/** A folder as an archive that can be read once. */
export interface FolderZip {
  /** With `.zip` at its end. */
  readonly name: string;
  /** Throws in the middle when a file cannot be read: the archive then has no end, and no program takes it for whole. */
  read(): AsyncGenerator<Buffer>;
}

/** Everything that lies in a folder, in a folder of its name. It is walked while it is sent, in constant memory. */
export function zipFolder(deps: ZipDeps, access: DriveAccess, folder: Located<FolderRow>): FolderZip {
  const top = zipNames()(nameOf(access, folder));
  return { name: `${top}.zip`, read: () => inLargePieces(zipArchive(walk(deps, access, folder, top))) };
}

/** Heads of files are tiny, and each piece costs a write to the socket. */
const PIECE_BYTES = 32 * 1024;

async function* inLargePieces(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    held.push(piece);
    bytes += piece.length;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(held, bytes);
    [held, bytes] = [[], 0];
  }
  yield Buffer.concat(held, bytes);
}

/** Paths that a zip can hold; deeper ones are told instead of cut. */
const MAX_PATH_BYTES = 65_000;

async function* walk(
  deps: ZipDeps,
  access: DriveAccess,
  folder: Located<FolderRow>,
  path: string,
): AsyncGenerator<ZipItem> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw fileErrors('folder_too_deep');
  yield { kind: 'folder', path, modifiedMs: folder.row.createdMs };
  const nameIn = zipNames();
  let after: string | undefined;
  do {
    const page = await listFolder(deps.records, access, folder.entryId, { after, limit: 100 });
    for (const entry of page.entries) {
      const at = `${path}/${nameIn(nameOf(access, entry))}`;
      const { row } = entry;
      if (row.kind === 'folder') {
        yield* walk(deps, access, { ...entry, row }, at);
        continue;
      }
      const download = await deps.download(access, { ...entry, row });
      const { size, modifiedMs, mediaType } = download;
      const level = isPacked(mediaType) ? 0 : 1;
      yield { kind: 'file', path: at, size, modifiedMs, level, read: () => download.read() };
    }
    after = page.next;
  } while (after !== undefined);
}

/** Compressed already, as far as its type tells: another round would only take time. */
function isPacked(mediaType: string): boolean {
  if (/^image\/(svg|bmp|tiff)/.test(mediaType)) return false;
  return (
    /^(image|video|audio)\//.test(mediaType) ||
    /^application\/(pdf|zip|gzip|x-7z|x-xz|zstd|vnd\.(openxmlformats|oasis)|java-archive|octet-stream)/.test(mediaType)
  );
}
