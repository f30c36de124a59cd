/** Set-up for tests of attachments: people who share files with rooms. */
import type { TestContext } from 'node:test';
import { readBody } from '../../storage/index.ts';
import type { Caller } from '../chat-deps.ts';
import type { RoomEvent } from '../messages/content.ts';
import { testChat, type TestChat, type TestChoices } from '../test-chat.ts';

export interface TestAttachments extends TestChat {
  /** A new file of somebody's own drive. */
  store(owner: Caller, name: string, text: string): Promise<Ref>;
  /** Sends it to a room. */
  attach(sender: Caller, roomId: string, ref: Ref, text?: string): Promise<{ sent: RoomEvent; shareId: string }>;
  /** What somebody reads through the room; a code when it is refused. */
  read(reader: Caller, roomId: string, shareId: string): Promise<string>;
  /** How the attachments of a message stand, to whoever reads the history. */
  standings(reader: Caller, roomId: string, sequence: number): Promise<readonly string[]>;
}

export interface Ref {
  readonly driveId: string;
  readonly entryId: string;
  readonly versionId?: string;
}

export async function testAttachments(t: TestContext, choices: TestChoices = {}): Promise<TestAttachments> {
  const base = await testChat(t, choices);
  const { chat, files } = base;
  return {
    ...base,
    async store(owner, name, text) {
      const { session, driveId } = await base.withDrive(owner);
      const target = { by: 'name', folderId: 'root', name } as const;
      const { entry } = await files.store(session, driveId, target, { body: bodyOf(text) });
      return { driveId, entryId: entry.id, versionId: entry.versionId };
    },
    async attach(sender, roomId, ref, text = '') {
      const { session } = await base.withDrive(sender);
      const attachments = async () => [await files.shares.offer(session, ref)];
      const sent = await chat.send(sender, roomId, { text, attachments });
      const content = sent.content?.kind === 'message' ? sent.content : null;
      return { sent, shareId: content?.attachments?.[0]?.shareId ?? '' };
    },
    async read(reader, roomId, shareId) {
      try {
        const { download } = await chat.attachment(reader, roomId, shareId);
        return (await readBody(download.read())).toString();
      } catch (error) {
        return (error as { readonly code: string }).code;
      }
    },
    async standings(reader, roomId, sequence) {
      return (await chat.message(reader, roomId, sequence)).standings ?? [];
    },
  };
}

export async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
