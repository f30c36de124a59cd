/** What the scanner of hosts keeps on this computer, readable by its user alone. */
import { randomBytes } from 'node:crypto';
import { readdir, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDurableFolder, openPrivateFolder, safeFileName } from '../../storage/index.ts';

export interface HostFiles {
  /** Of this host: what fingerprints of secrets are keyed with. Made when it is asked for first. */
  fingerprintKey(): Promise<Buffer>;
  /** What a check remembered; `null`: nothing yet. */
  known(check: string): Promise<Buffer | null>;
  keepKnown(check: string, state: Buffer): Promise<void>;
  /** Where files are kept that a fix puts aside; made by whoever puts one there. */
  asideFolder(name: string): string;
  /** A document by its name, as it was kept; `null`: there is none. */
  document<Kept>(name: string): Promise<Kept | null>;
  /** All documents of a folder, the newest names last. */
  documents<Kept>(folder: string): Promise<readonly Kept[]>;
  /** Resolves to its path. `durable`: on the disk before that. */
  keepDocument(name: string, kept: object, durable: boolean): Promise<string>;
  /** Resolves to what was decided of a receipt: `decision`, unless something else was before. */
  decide(receiptId: string, decision: Decision): Promise<Decision>;
  /** Nothing is decided of it any more. */
  reopen(receiptId: string): Promise<void>;
}

type Decision = 'keep' | 'take_back';

export function openHostFiles(stateFolder: string): HostFiles {
  const root = join(stateFolder, 'host');
  const { read, write } = openPrivateFolder();
  const keyPath = join(root, 'fingerprint-key');
  const knownPath = (check: string): string => join(root, 'known', safeFileName(check));
  const documentPath = (name: string): string => join(root, ...name.split('/').map(safeFileName)).concat('.json');
  const decisionPath = (receiptId: string): string => join(root, 'decided', safeFileName(receiptId));
  return {
    async fingerprintKey() {
      const kept = await read(keyPath);
      if (kept) return kept;
      const made = Buffer.from(randomBytes(32).toString('hex'));
      await write(keyPath, made, true);
      return made;
    },
    known: (check) => read(knownPath(check)),
    keepKnown: (check, state) => write(knownPath(check), state, false),
    asideFolder: (name) => join(root, 'aside', ...name.split('/').map(safeFileName)),
    async document<Kept>(name: string) {
      const bytes = await read(documentPath(name));
      return bytes === null ? null : (JSON.parse(bytes.toString('utf8')) as Kept);
    },
    async documents<Kept>(folder: string) {
      const names = await readdir(join(root, safeFileName(folder))).catch(() => []);
      const wanted = names.filter((name) => name.endsWith('.json')).toSorted();
      const found = await Promise.all(wanted.map((name) => read(join(root, safeFileName(folder), name))));
      return found.flatMap((bytes) => (bytes === null ? [] : [JSON.parse(bytes.toString('utf8')) as Kept]));
    },
    async keepDocument(name, kept, durable) {
      const path = documentPath(name);
      await write(path, `${JSON.stringify(kept, null, 1)}\n`, durable);
      return path;
    },
    async decide(receiptId, decision) {
      const path = decisionPath(receiptId);
      await makeDurableFolder(join(path, '..'));
      try {
        // A link that leads nowhere: of several made at once one is, and its words are there with it.
        await symlink(decision, path);
        return decision;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        return (await readlink(path)) as Decision;
      }
    },
    reopen: (receiptId) => rm(decisionPath(receiptId), { force: true }),
  };
}
