/** Looks at everything that a person can see of his drive, reads all of it, and says what does not fit together. */
import { createHash } from 'node:crypto';
import type { EntryView, FileView, VersionView } from '../../../../src/files/wire.ts';
import type { DriveClient } from './client.ts';
import type { EntryState, FileState, FolderState, VersionState } from './state.ts';

export interface Findings {
  /** One sentence for each thing that is not as it must be. */
  readonly complaints: string[];
  /** Read whole, every byte of them. */
  versions: number;
  /** Of these, how many gave other bytes than they were told to hold. */
  broken: number;
  files: number;
  bytes: number;
}

/** Runs what it is given, so many at a time. */
type Gate = <Result>(step: () => Promise<Result>) => Promise<Result>;

export interface DriveReader {
  folder(view: EntryView, path: string | null): Promise<FolderState>;
  file(view: FileView, path: string | null): Promise<FileState>;
}

/** `path` is where the entry must be found by its path; `null` for what lies in the trash, which has none. */
export function driveReader(client: DriveClient, findings: Findings): DriveReader {
  const { complaints } = findings;
  const gate = inTurns(8);

  const readVersion = async (fileId: string, version: VersionView, where: string): Promise<VersionState> => {
    const path = `/drives/${client.driveId}/files/${fileId}/versions/${version.versionId}/content`;
    const hash = createHash('sha256');
    let size = 0;
    for await (const piece of client.content(path)) {
      hash.update(piece);
      size += piece.byteLength;
    }
    const sha256 = hash.digest('hex');
    if (size !== version.size || sha256 !== version.sha256) {
      findings.broken += 1;
      complaints.push(`${where}: a version told as ${version.size} bytes gave ${size}, or other ones`);
    }
    findings.versions += 1;
    findings.bytes += size;
    return { id: version.versionId, sha256, size };
  };

  const file = async (view: FileView, path: string | null): Promise<FileState> => {
    const where = path ?? `trash:/${view.name}`;
    const views = await gate(() => client.versions(view.id));
    const versions = await Promise.all(views.map((version) => gate(() => readVersion(view.id, version, where))));
    findings.files += 1;
    const [newest] = views;
    if (newest?.versionId !== view.versionId || newest.sha256 !== view.sha256 || newest.size !== view.size) {
      complaints.push(`${where}: the listing shows another version than the newest one`);
    }
    if (path !== null) await lookUp(view, path);
    return { kind: 'file', id: view.id, name: view.name, versions: versions.toReversed() };
  };

  const lookUp = async (view: EntryView, path: string): Promise<void> => {
    const found = await gate(() => client.ask<EntryView>('POST', `/drives/${client.driveId}/lookup`, { path }));
    if (found.id !== view.id) complaints.push(`${path}: its path leads to another entry than the listing`);
  };

  const folder = async (view: EntryView, path: string | null): Promise<FolderState> => {
    const where = path ?? `trash:/${view.name}`;
    const [plain, sorted] = await Promise.all([
      gate(() => client.list(view.id)),
      gate(() => client.list(view.id, 'name')),
    ]);
    const facts = (views: readonly EntryView[]): string =>
      views
        .map(({ id, name }) => `${id} ${name}`)
        .toSorted()
        .join();
    if (facts(plain) !== facts(sorted))
      complaints.push(`${where}: its sorted list holds other entries than the plain one`);
    if (path !== null && path !== '/') await lookUp(view, path);
    const children = await Promise.all(
      plain.map((child): Promise<EntryState> => {
        const below = path === null ? null : `${path === '/' ? '' : path}/${child.name}`;
        return child.kind === 'folder' ? folder(child, below) : file(child, below);
      }),
    );
    return { kind: 'folder', id: view.id, name: view.name, children };
  };
  return { file, folder };
}

function inTurns(limit: number): Gate {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (step) => {
    if (running >= limit) await new Promise<void>((resolve) => void waiting.push(resolve));
    else running += 1;
    try {
      return await step();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
