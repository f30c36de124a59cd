import { hasCode } from '../base/errors.ts';
import type { RecordOperation, RecordStore } from '../storage/index.ts';
import { trashOf, type ObjectRow } from './records.ts';

/** That something is not what it was: ids only, and nothing of what it is now. Who may see it asks for it. */
export type FileChange =
  /** What lies in a folder: names, versions, entries that came or went. */
  | { readonly type: 'entries'; readonly driveId: string; readonly folderId: string }
  | { readonly type: 'trash'; readonly driveId: string }
  /** An object has all its copies, or lost one. */
  | { readonly type: 'copies'; readonly driveId: string }
  /** What an account uses or may use. */
  | { readonly type: 'quota'; readonly accountId: string }
  /** Which drives an account has, or what it may do in them. */
  | { readonly type: 'drives'; readonly accountId: string };

/**
 * Tells of every transaction that changed something people look at, after it was written. It stands at the one place
 * that all writers pass, so that none can forget it. A hint too many does no harm: when nobody knows whether a
 * transaction was carried out, it is told as well.
 */
export function withChangeHints(records: RecordStore, tell: (change: FileChange) => void): RecordStore {
  return {
    properties: records.properties,
    get: (pk, sk) => records.get(pk, sk),
    query: (pk, options) => records.query(pk, options),
    async transact(operations) {
      try {
        await records.transact(operations);
      } catch (error) {
        if (hasCode(error, 'record_conflict')) throw error;
        for (const change of changesIn(operations)) tell(change);
        throw error;
      }
      for (const change of changesIn(operations)) tell(change);
    },
    [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
  };
}

/** Each once. A transaction that puts entries into folders writes into one drive, which its rows name. */
function changesIn(operations: readonly RecordOperation[]): FileChange[] {
  const changes = new Map<string, FileChange>();
  const note = (change: FileChange): void => void changes.set(Object.values(change).join(' '), change);
  const driveId = driveOf(operations);
  for (const operation of operations) {
    if (operation.op === 'check') continue;
    const [kind = '', id = ''] = halves(operation.pk);
    const [part = '', rest = ''] = halves(operation.sk);
    if (kind === 'folder' && part === 'entry') {
      const trash = trashIn(id);
      if (trash !== null) note({ type: 'trash', driveId: trash });
      // The drive itself is the folder of its root.
      else if (driveId !== null && id !== driveId) note({ type: 'entries', driveId, folderId: id });
    } else if (kind === 'object' && operation.op === 'put') {
      const row = operation.value as ObjectRow;
      if (isSettled(row)) note({ type: 'copies', driveId: row.driveId });
    } else if (kind === 'usage' && part === 'change' && operation.op === 'put') {
      note({ type: 'quota', accountId: id });
    } else if (kind === 'account' && part === 'quota') {
      note({ type: 'quota', accountId: id });
    } else if (kind === 'drive' && part === 'member') {
      note({ type: 'drives', accountId: rest });
    } else if (kind === 'account' && part === 'drive') {
      note({ type: 'drives', accountId: id });
    }
  }
  return [...changes.values()];
}

function driveOf(operations: readonly RecordOperation[]): string | null {
  for (const operation of operations) {
    if (operation.op !== 'put' || !/^(folder|entry|errands|trash)#/.test(operation.pk)) continue;
    const { driveId } = operation.value;
    if (typeof driveId === 'string') return driveId;
  }
  return null;
}

/** Whose trash stands in the place of a folder; see trashOf. */
function trashIn(folderId: string): string | null {
  const driveId = folderId.slice(trashOf('').length);
  return folderId === trashOf(driveId) ? driveId : null;
}

/** Whatever waits for a copy is told when it is there. */
function isSettled({ copies }: ObjectRow): boolean {
  const states = [copies.primary.state, copies.backup.state];
  return states.includes('lost') || states.every((state) => state === 'verified');
}

function halves(text: string): [string, string] {
  const at = text.indexOf('#');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
