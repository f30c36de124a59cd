/** Files as people hand them over: from a dialog, or dropped, with the folders that they lie in. */

export interface GivenFile {
  readonly file: File;
  /** Folders from where it was given down to the file. */
  readonly segments: readonly string[];
}

export interface Given {
  readonly files: readonly GivenFile[];
  /** Folders with nothing in them, which are made as well. */
  readonly emptyFolders: readonly (readonly string[])[];
}

export function fromDialog(list: FileList | null): Given {
  const files = [...(list ?? [])].map((file) => ({
    file,
    // Set when a folder was chosen: "photos/2026/a.jpg".
    segments: file.webkitRelativePath === '' ? [] : file.webkitRelativePath.split('/').slice(0, -1),
  }));
  return { files, emptyFolders: [] };
}

/** Must be called while the drop is handled: afterwards the browser forgets what was dropped. */
export function fromDrop(transfer: DataTransfer): Promise<Given> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  const entries = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  return readAll(
    entries.flatMap(({ entry }) => entry ?? []),
    // What a program put there by hand has a file and no place on a disk.
    entries.flatMap(({ entry, file }) => (entry === null && file !== null ? [{ file, segments: [] }] : [])),
  );
}

async function readAll(entries: readonly FileSystemEntry[], loose: readonly GivenFile[]): Promise<Given> {
  const files = [...loose];
  const emptyFolders: (readonly string[])[] = [];
  const read = async (entry: FileSystemEntry, segments: readonly string[]): Promise<void> => {
    if (isFile(entry)) {
      files.push({ file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)), segments });
      return;
    }
    if (!isFolder(entry)) return;
    const children = await childrenOf(entry);
    const inside = [...segments, entry.name];
    if (children.length === 0) emptyFolders.push(inside);
    for (const child of children) await read(child, inside);
  };
  for (const entry of entries) await read(entry, []);
  return { files, emptyFolders };
}

/** Browsers hand out a folder in parts, until an empty one says that this was all. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return children;
    children.push(...part);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
