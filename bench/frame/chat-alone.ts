/** What chat is handed where it is measured alone: real records, and nobody else in the workspace. */
import { randomBytes } from 'node:crypto';
import { workspaceKeyOf } from '../../src/accounts/index.ts';
import { newId } from '../../src/base/ids.ts';
import { silentLog } from '../../src/base/log.ts';
import { settingsOf } from '../../src/base/settings.ts';
import { type ChatDeps, chatSettings } from '../../src/chat/index.ts';
import { inProcessPubSub, type RecordStore } from '../../src/storage/index.ts';

const noFiles = (): never => {
  throw new Error('No files are attached here');
};
const nobody = async (): Promise<null> => null;

export function chatAlone(records: RecordStore): ChatDeps {
  return {
    records,
    pubSub: inProcessPubSub({ log: silentLog }),
    clock: Date.now,
    log: silentLog,
    // What one person may send a minute is not measured here.
    settings: settingsOf(chatSettings, { chatMessagesPerMinute: chatSettings.chatMessagesPerMinute.max }),
    holder: newId(),
    recordsAreOlder: false,
    workspaceKey: workspaceKeyOf([randomBytes(32)], newId()),
    audit: { operations: () => [] },
    shares: { facts: noFiles, standing: noFiles, open: noFiles, end: noFiles },
    tell: () => ({ op: 'put', pk: 'told', sk: newId(), value: {} }),
    onRead: () => undefined,
    personOfHandle: nobody,
    person: nobody,
    people: async () => ({ people: [], next: null }),
    recipientOf: nobody,
    decide: async () => {},
    posts: { check() {}, send: async () => '' },
    isHandleTaken: async () => false,
    admins: async () => [],
  };
}
