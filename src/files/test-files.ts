/** Set-up for the tests of files/: drives of made-up people over stores in memory, or over given ones. */
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { workspaceKeyOf, type Session } from '../accounts/index.ts';
import { generateIdentity } from '../age/index.ts';
import type { AuditEvent } from '../base/audit-event.ts';
import { HoldfastError } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { silentLog } from '../base/log.ts';
import { settingsOf } from '../base/settings.ts';
import {
  memoryObjectStore,
  memoryRecordStore,
  readBody,
  type ObjectStore,
  type RecordStore,
} from '../storage/index.ts';
import type { FileChange } from './change-hints.ts';
import { openFiles, type Files } from './files.ts';
import { openDrive, type DriveAccess } from './keys/access.ts';
import { openKeyCache } from './keys/key-cache.ts';
import type { PlaceInFiles } from './opening/opening-worker.ts';
import { filesSettings, type FilesSettings } from './settings.ts';
import type { Upload } from './versions/store.ts';
import type { FileView, StoredView } from './wire.ts';

export const PASSWORD = 'plover-quartz-lantern-41';

export interface TestPerson {
  readonly session: Session;
  readonly driveId: string;
}

export interface TestFiles {
  readonly files: Files;
  readonly records: RecordStore;
  readonly primary: ObjectStore;
  readonly backup: ObjectStore;
  readonly advance: (ms: number) => void;
  /** What the audit trail was told, acts that were not carried out included. */
  readonly told: AuditEvent[];
  /** What stands in it: the acts of transactions that were carried out. */
  readonly audited: () => Promise<string[]>;
  /** What a use case begins with. */
  readonly access: (person: TestPerson) => Promise<DriveAccess>;
  /** A new account with its personal drive. */
  readonly join: (name?: string) => Promise<TestPerson>;
  /** The same records and stores opened anew, as after a restart; the old ones are closed. */
  readonly reopen: () => Promise<Files>;
  /** Another server of the same workspace. */
  readonly another: () => Files;
}

export interface TestChoices {
  readonly records?: (clock: () => number) => RecordStore;
  readonly primary?: ObjectStore;
  readonly backup?: ObjectStore;
  readonly settings?: Partial<FilesSettings>;
  readonly accountName?: () => Promise<string | null>;
  readonly onChange?: (change: FileChange) => void;
  readonly inFiles?: PlaceInFiles;
  /** Whether the servers are told that there is no other one. */
  readonly isAlone?: boolean;
}

export function testFiles(t: TestContext, choices: TestChoices = {}): TestFiles {
  const time = { now: Date.UTC(2026, 5, 1) };
  const clock = (): number => time.now;
  const records = choices.records?.(clock) ?? memoryRecordStore({ clock });
  const primary = choices.primary ?? memoryObjectStore({ clock });
  const backup = choices.backup ?? memoryObjectStore({ clock });
  const rowMac = workspaceKeyOf([randomBytes(32)], newId());
  const told: AuditEvent[] = [];
  const open = (): Files =>
    openFiles({
      records,
      primary,
      backup,
      rowMac,
      clock,
      log: silentLog,
      audit: {
        operations(event) {
          told.push(event);
          return [{ op: 'put', pk: 'audited', sk: newId(), value: { act: event.act } }];
        },
        note: (event) => void told.push(event),
      },
      settings: settingsOf(filesSettings, { copyPollMs: 60_000, readStallMs: 2000, ...choices.settings }),
      verifyPassword: async (_session, password) => {
        if (password !== PASSWORD) {
          throw new HoldfastError('password_wrong', { status: 403, title: 'Wrong password', remedy: '' });
        }
      },
      history: async () => ({ events: [] }),
      accountName: choices.accountName ?? (async () => null),
      ...(choices.onChange ? { onChange: choices.onChange } : {}),
      inFiles: choices.inFiles ?? null,
      suite: 'classic',
      isAlone: choices.isAlone ?? false,
    });
  let files = open();
  t.after(() => files[Symbol.asyncDispose]());

  return {
    get files() {
      return files;
    },
    records,
    primary,
    backup,
    told,
    async audited() {
      const { items } = await records.query<{ act: string }>('audited', { limit: 1000 });
      return items.map(({ value }) => value.act);
    },
    advance: (ms) => {
      time.now += ms;
    },
    async access({ session, driveId }) {
      using keyCache = openKeyCache({ clock, idleMs: 1000, maxEntries: 1 });
      return await openDrive({ records, rowMac, keyCache, log: silentLog }, session, driveId, 'view');
    },
    async join(name = 'Ada') {
      const identity = generateIdentity('classic');
      const accountId = newId();
      const facts = { accountId, name, handle: name.toLowerCase(), role: 'member' as const };
      await records.transact(await files.provision({ ...facts, recipient: identity.recipient.toString() }));
      const session: Session = {
        ...facts,
        sessionId: newId(),
        email: `${facts.handle}@example.org`,
        device: 'test bench',
        identity,
      };
      const { drives } = await files.drives(session);
      return { session, driveId: drives[0]?.id ?? '' };
    },
    another() {
      const other = open();
      t.after(() => other[Symbol.asyncDispose]());
      return other;
    },
    async reopen() {
      await files[Symbol.asyncDispose]();
      files = open();
      return files;
    },
  };
}

/** A body that arrives in pieces of the given size. */
export async function* inPieces(bytes: Uint8Array, pieceBytes = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** Stores bytes under a name in the root folder, or in a given one. */
export function put(
  files: Files,
  person: TestPerson,
  name: string,
  bytes: Uint8Array | string,
  options: Partial<Upload> & { readonly folderId?: string } = {},
): Promise<StoredView> {
  const { folderId = 'root', ...upload } = options;
  const body = inPieces(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  return files.store(person.session, person.driveId, { by: 'name', folderId, name }, { body, ...upload });
}

/** The content of a file, or of one of its versions, or of a part of it. */
export async function get(
  files: Files,
  person: TestPerson,
  file: Pick<FileView, 'id'>,
  { versionId, span }: { versionId?: string; span?: { start: number; end: number } } = {},
): Promise<Buffer> {
  const download = await files.open(person.session, person.driveId, file.id, versionId);
  return readBody(download.read(span));
}

/** Everything that lies in a store under a prefix. */
export async function keysIn(store: ObjectStore, prefix: string): Promise<string[]> {
  return (await store.list({ prefix })).objects.map((object) => object.key);
}

/** Rejects unless the promise is rejected with just this code. */
export function code(expected: string): (error: unknown) => boolean {
  return (error) => {
    if (error instanceof HoldfastError && error.code === expected) return true;
    throw error;
  };
}
