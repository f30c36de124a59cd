/** What a part of a drive looks like to its owner, as it is or as it must be. */

export interface VersionState {
  /** `null` where an answer that would have told it never came. */
  id: string | null;
  readonly sha256: string;
  readonly size: number;
}

export interface FileState {
  readonly kind: 'file';
  id: string | null;
  name: string;
  /** The newest last. */
  versions: VersionState[];
}

export interface FolderState {
  readonly kind: 'folder';
  id: string | null;
  name: string;
  children: EntryState[];
}

export type EntryState = FileState | FolderState;

/** What one actor alone works on: a folder with all that lies in it, and what went from there to the trash. */
export interface PlaceState {
  home: FolderState;
  trash: EntryState[];
}

/** In how far `actual` is not `expected`, one sentence each; none when it is just that. Ids not known match any. */
export function differences(expected: PlaceState, actual: PlaceState): string[] {
  return [
    ...entryDifferences(expected.home, actual.home, ''),
    ...listDifferences(expected.trash, actual.trash, 'trash:', (entry) => entry.id ?? entry.name),
  ];
}

function entryDifferences(expected: EntryState, actual: EntryState, above: string): string[] {
  const path = `${above}/${expected.name}`;
  if (expected.kind !== actual.kind) return [`${path}: a ${expected.kind} became a ${actual.kind}`];
  const found: string[] = [];
  if (expected.name !== actual.name) found.push(`${path}: it is called ${actual.name}`);
  if (expected.id !== null && expected.id !== actual.id) found.push(`${path}: it is another ${expected.kind}`);
  if (expected.kind === 'folder' && actual.kind === 'folder') {
    return [...found, ...listDifferences(expected.children, actual.children, path, (entry) => entry.name)];
  }
  if (expected.kind === 'file' && actual.kind === 'file') found.push(...versionDifferences(expected, actual, path));
  return found;
}

function listDifferences(
  expected: readonly EntryState[],
  actual: readonly EntryState[],
  path: string,
  by: (entry: EntryState) => string,
): string[] {
  const left = new Map(actual.map((entry) => [by(entry), entry]));
  const found: string[] = [];
  if (left.size < actual.length) found.push(`${path}: an entry is listed twice`);
  for (const entry of expected) {
    const there = left.get(by(entry));
    left.delete(by(entry));
    if (there) found.push(...entryDifferences(entry, there, path));
    else found.push(`${path}/${entry.name}: the ${entry.kind} is gone`);
  }
  for (const entry of left.values()) found.push(`${path}/${entry.name}: a ${entry.kind} that should not be there`);
  return found;
}

function versionDifferences(expected: FileState, actual: FileState, path: string): string[] {
  const found: string[] = [];
  if (expected.versions.length !== actual.versions.length) {
    found.push(`${path}: ${actual.versions.length} versions where there should be ${expected.versions.length}`);
  }
  for (const [index, version] of expected.versions.entries()) {
    const there = actual.versions[index];
    if (!there) continue;
    if (version.sha256 !== there.sha256 || version.size !== there.size) {
      found.push(`${path}: version ${index + 1} holds other bytes (${there.size} of them, not ${version.size})`);
    } else if (version.id !== null && version.id !== there.id) {
      found.push(`${path}: version ${index + 1} is another one with the same bytes`);
    }
  }
  return found;
}

/** Every entry with the folder that it lies in, the top one first. */
export function* entriesIn(
  folder: FolderState,
): Generator<{ readonly entry: EntryState; readonly parent: FolderState }> {
  for (const entry of folder.children) {
    yield { entry, parent: folder };
    if (entry.kind === 'folder') yield* entriesIn(entry);
  }
}

export function filesOf(state: PlaceState): FileState[] {
  const trashed = state.trash.flatMap((entry) =>
    entry.kind === 'file' ? [entry] : [...entriesIn(entry)].map((below) => below.entry),
  );
  const all = [...[...entriesIn(state.home)].map(({ entry }) => entry), ...trashed];
  return all.filter((entry) => entry.kind === 'file');
}
