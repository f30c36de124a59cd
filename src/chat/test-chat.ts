/** Set-up for the tests of chat/: a workspace's rooms in memory (or over given records) and people in it. */
import type { TestContext } from 'node:test';
import { decryptBytes, generateIdentity, type KeyIdentity } from '../age/index.ts';
import type { AuditEvent } from '../base/audit-event.ts';
import { newId } from '../base/ids.ts';
import { silentLog } from '../base/log.ts';
import { settingsOf } from '../base/settings.ts';
import { type Session, workspaceKeyOf } from '../accounts/index.ts';
import { filesSettings, type Files, openFiles } from '../files/index.ts';
import {
  inProcessPubSub,
  memoryObjectStore,
  memoryRecordStore,
  type PubSub,
  type RecordStore,
} from '../storage/index.ts';
import { openChat, type Chat } from './chat.ts';
import { chatErrors } from './errors.ts';
import type { Caller, ChatDeps, PersonalKey } from './chat-deps.ts';
import type { Told } from './people/told.ts';
import { chatSettings, type ChatSettings } from './settings.ts';

export interface TestChat {
  readonly chat: Chat;
  readonly records: RecordStore;
  /** Files of the same workspace. */
  readonly files: Files;
  /** Somebody logged in, with a drive of their own. */
  withDrive(caller: Caller): Promise<{ readonly session: Session; readonly driveId: string }>;
  readonly deps: ChatDeps;
  /** The admin. */
  readonly ada: Caller;
  readonly grace: Caller;
  readonly edsger: Caller;
  readonly guest: Caller;
  readonly told: AuditEvent[];
  /** What was done about alerts. */
  readonly decided: string[];
  /** Of whom people were told by notices, and who has seen it. */
  readonly noticed: Told[];
  readonly seen: { accountId: string; roomId: string }[];
  advance(ms: number): void;
  /** Another server on the same records, by default out of hearing of this one. */
  another(changes?: Partial<ChatDeps>): Promise<Chat>;
}

export interface TestChoices {
  readonly records?: RecordStore;
  readonly settings?: Partial<ChatSettings>;
  readonly wrapRecords?: (records: RecordStore) => RecordStore;
  readonly pubSub?: PubSub;
  readonly posts?: ChatDeps['posts'];
}

const SECRET = Buffer.alloc(32, 7);

export async function testChat(t: TestContext, choices: TestChoices = {}): Promise<TestChat> {
  const time = { now: Date.UTC(2026, 5, 1) };
  const clock = (): number => time.now;
  const inner = choices.records ?? memoryRecordStore({ clock });
  t.after(() => inner[Symbol.asyncDispose]());
  const records = choices.wrapRecords?.(inner) ?? inner;
  const told: AuditEvent[] = [];
  const decided: string[] = [];
  const noticed: Told[] = [];
  const seen: { accountId: string; roomId: string }[] = [];
  const people = new Map<string, Caller>();
  const recipients = new Map<string, string>();
  const identities = new Map<string, KeyIdentity>();
  const person = (handle: string, role: Caller['role']): Caller => {
    const identity = generateIdentity('classic');
    const own = personalKey(identity);
    const caller = { accountId: newId(), sessionId: newId(), handle, name: handle, role, key: () => own };
    people.set(handle, caller);
    recipients.set(caller.accountId, own.recipient);
    identities.set(caller.accountId, identity);
    return caller;
  };
  const workspaceKey = workspaceKeyOf([SECRET], newId());
  const files = openFiles({
    ...{ records: inner, clock, log: silentLog, rowMac: workspaceKey, suite: 'classic' },
    ...{ primary: memoryObjectStore({ clock }), backup: memoryObjectStore({ clock }) },
    settings: settingsOf(filesSettings),
    audit: {
      operations(event) {
        told.push(event);
        return [];
      },
      note: (event) => void told.push(event),
    },
    history: async () => ({ events: [] }),
    accountName: async () => null,
    verifyPassword: async () => {},
  });
  t.after(() => files[Symbol.asyncDispose]());
  const deps: ChatDeps = {
    records,
    shares: files.shares,
    pubSub: choices.pubSub ?? inProcessPubSub({ log: silentLog }),
    clock,
    log: silentLog,
    holder: newId(),
    recordsAreOlder: false,
    settings: settingsOf(chatSettings, choices.settings),
    workspaceKey,
    audit: {
      operations(event) {
        told.push(event);
        return [{ op: 'put', pk: 'audited', sk: newId(), value: { act: event.act } }];
      },
    },
    tell(event) {
      noticed.push(event);
      return { op: 'put', pk: 'noticed', sk: newId(), value: { kind: event.kind } };
    },
    onRead: (accountId, roomId) => void seen.push({ accountId, roomId }),
    personOfHandle: async (handle) => people.get(handle.replace(/^@/, '')) ?? null,
    person: async (accountId) => [...people.values()].find((each) => each.accountId === accountId) ?? null,
    people: async () => ({ people: [...people.values()], next: null }),
    posts: choices.posts ?? { check() {}, send: async () => '' },
    async decide({ role, handle }, { verb, findingId }) {
      if (role !== 'admin') throw chatErrors('chat_forbidden');
      decided.push(`${handle} ${verb} ${findingId}`);
    },
    isHandleTaken: async (name) => people.has(name.toLowerCase()) || name.toLowerCase() === 'holdfast',
    admins: async () => [...people.values()].filter(({ role }) => role === 'admin').map(({ accountId }) => accountId),
    recipientOf: async (accountId) => recipients.get(accountId) ?? null,
  };
  const open = async (own: ChatDeps): Promise<Chat> => {
    const chat = await openChat(own);
    t.after(() => chat[Symbol.asyncDispose]());
    return chat;
  };
  return {
    chat: await open(deps),
    records,
    files,
    async withDrive({ accountId, sessionId, name, handle, role }) {
      const identity = identities.get(accountId) ?? generateIdentity('classic');
      const facts = { accountId, name, handle, role };
      const session = { ...facts, sessionId, identity, email: `${handle}@example.org`, device: 'test bench' };
      if ((await files.visibleDrives(accountId)).length === 0) {
        await inner.transact(await files.provision({ ...facts, recipient: identity.recipient.toString() }));
      }
      const [driveId = ''] = await files.visibleDrives(accountId);
      return { session, driveId };
    },
    deps,
    ada: person('ada', 'admin'),
    grace: person('grace', 'member'),
    edsger: person('edsger', 'member'),
    guest: person('guest', 'guest'),
    told,
    decided,
    noticed,
    seen,
    advance: (ms) => void (time.now += ms),
    another: (changes = {}) => open({ ...deps, pubSub: inProcessPubSub({ log: silentLog }), ...changes }),
  };
}

/** A key that opens what was wrapped for just this identity. */
export function personalKey(identity: KeyIdentity): PersonalKey {
  return {
    recipient: identity.recipient.toString(),
    open(wrap) {
      try {
        return Buffer.from(decryptBytes(Buffer.from(wrap, 'base64'), [identity]));
      } catch {
        return null;
      }
    },
  };
}
