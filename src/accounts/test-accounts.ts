/** Set-up for the tests of accounts/: a workspace in memory (or over given records) with cheap password checks. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { AuditEvent } from '../base/audit-event.ts';
import { newId } from '../base/ids.ts';
import { silentLog } from '../base/log.ts';
import { settingsOf } from '../base/settings.ts';
import { memoryRecordStore, type RecordStore } from '../storage/index.ts';
import type { AccountDeps, SessionsEnded } from './account-deps.ts';
import { openAccounts, type Accounts } from './accounts.ts';
import { openKdf } from './credentials/kdf.ts';
import { accountsSettings, type AccountsSettings } from './settings.ts';
import { prepareSetupCode } from './people/setup-code.ts';
import { openWorkspaceKey } from './keys/open-workspace-key.ts';
import { ringInFile } from './keys/workspace-key-file.ts';

/** Passes zxcvbn, and is nobody's. */
export const PASSWORD = 'plover-quartz-lantern-41';
export const OTHER_PASSWORD = 'gravel umbrella tenor 77';

/** One pool for all tests of a file, for loading the word lists takes half a second. Idle workers hold up no exit. */
const kdf = openKdf(settingsOf(accountsSettings));

export interface TestWorkspace {
  readonly accounts: Accounts;
  readonly deps: AccountDeps;
  readonly records: RecordStore;
  readonly folder: string;
  readonly setupCode: string | null;
  /** What lies in the stores, by path. */
  readonly published: Map<string, Buffer>;
  readonly ended: SessionsEnded[];
  /** What the audit trail was told, acts that were not carried out included. */
  readonly told: AuditEvent[];
  /** What stands in it: the events of transactions that were carried out. */
  audited(): Promise<string[]>;
  /** Moves the clock. */
  advance(ms: number): void;
  readonly workspaceKeyFile: string;
  /** All again from what is on disk and in the records, as after a restart. */
  reopen(): Promise<TestWorkspace>;
  /** Makes the first account, the admin. */
  signUpFirst(changes?: Partial<Parameters<Accounts['signUp']>[0]>): ReturnType<Accounts['signUp']>;
}

export interface TestChoices {
  readonly records?: (place: { folder: string; clock: () => number }) => RecordStore | Promise<RecordStore>;
  readonly settings?: Partial<AccountsSettings>;
  readonly deps?: Partial<AccountDeps>;
}

export async function testWorkspace(t: TestContext, choices: TestChoices = {}): Promise<TestWorkspace> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-accounts-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const time = { now: Date.UTC(2026, 5, 1) };
  const published = new Map<string, Buffer>();
  const clock = (): number => time.now;
  const makeRecords = choices.records ?? (() => memoryRecordStore({ clock }));
  let records = await makeRecords({ folder, clock });
  t.after(() => records[Symbol.asyncDispose]());

  const open = async (): Promise<TestWorkspace> => {
    const settings = settingsOf(accountsSettings, { kdfMemoryBytes: 64 * 1024, kdfPasses: 1, ...choices.settings });
    const log = silentLog;
    const workspaceKeyFile = join(folder, 'secrets', 'workspace.key');
    const ringPlace = ringInFile(workspaceKeyFile, log);
    const workspaceKey = await openWorkspaceKey({ place: ringPlace, records, clock, log });
    const setupCodeFile = join(folder, 'setup-code');
    const setupCode = await prepareSetupCode({ records, workspaceKey, file: setupCodeFile, isAlone: true });
    const ended: SessionsEnded[] = [];
    const told: AuditEvent[] = [];
    const deps: AccountDeps = {
      records,
      clock,
      log,
      workspaceKey,
      ringPlace,
      settings,
      kdf,
      audit: {
        operations(event) {
          told.push(event);
          return [{ op: 'put', pk: 'audited', sk: newId(), value: { act: event.act } }];
        },
        note: (event) => void told.push(event),
      },
      setupCodeFile,
      newDrive: async ({ accountId }) => [{ op: 'put', pk: `drive#${accountId}`, sk: 'drive', value: {} }],
      publishKey: async (path, bytes) => void published.set(path, Buffer.from(bytes)),
      retractKey: async (path) => void published.delete(path),
      destroyKey: async (path) => void published.delete(path),
      closeDrives: async () => {},
      rotateDrives: async () => ({ operations: [], transitional: [] }),
      republishDrives: async () => {},
      onSessionsEnded: (event) => ended.push(event),
      ...choices.deps,
    };
    const accounts = openAccounts(deps);
    return {
      accounts,
      deps,
      records,
      folder,
      workspaceKeyFile,
      setupCode,
      published,
      ended,
      told,
      async audited() {
        const { items } = await records.query<{ act: string }>('audited', { limit: 1000 });
        return items.map(({ value }) => value.act);
      },
      advance: (ms) => void (time.now += ms),
      reopen: async () => {
        if (choices.records) {
          await records[Symbol.asyncDispose]();
          records = await makeRecords({ folder, clock });
        }
        return open();
      },
      signUpFirst: (changes = {}) =>
        accounts.signUp({
          name: 'Ada Lovelace',
          email: 'ada@example.org',
          password: PASSWORD,
          ...(setupCode === null ? {} : { setupCode }),
          signUpOpen: false,
          ...changes,
        }),
    };
  };
  return open();
}

/** Signs up somebody after the first account, where sign-up is open. */
export function signUpMember(
  { accounts }: TestWorkspace,
  email: string,
  changes: Partial<Parameters<Accounts['signUp']>[0]> = {},
): ReturnType<Accounts['signUp']> {
  return accounts.signUp({ name: email.split('@')[0] ?? '', email, password: PASSWORD, signUpOpen: true, ...changes });
}
