/**
 * Conversations between a few people. Each has a random key that lies in the records wrapped once for every member: no
 * server opens it without one of them being at work. Its members are fixed: other people are another conversation, with
 * another key.
 */
import { createSecretKey, randomBytes } from 'node:crypto';
import { encryptBytes, parseRecipient } from '../../age/index.ts';
import { hasCode } from '../../base/errors.ts';
import { hmacSha256 } from '../../base/crypto/hmac.ts';
import { newId } from '../../base/ids.ts';
import type { JsonObject, RecordOperation } from '../../storage/index.ts';
import type { Caller, ChatDeps, ChatKey } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { type ConversationRow, type HeadRow, keys, type PublishedKeyRow, roomsOf, type WrapsRow } from '../records.ts';
import { NO_RULES } from '../moderation/rules.ts';
import type { Room } from './room-rows.ts';
import { tellEntered } from './tell-entered.ts';

const KEY_BYTES = 32;

/**
 * The conversation of just these people and the caller, made where there is none. Answers its id.
 * Throws `chat_member_not_found`, `chat_conversation_size`, `chat_key_needed`, and `chat_forbidden` to guests.
 */
export async function startConversation(deps: ChatDeps, caller: Caller, handles: readonly string[]): Promise<string> {
  const attempted = 'Start a conversation';
  if (caller.role === 'guest') throw chatErrors('chat_forbidden', { attempted, detail: 'guests start none' });
  const found = await Promise.all(handles.map((handle) => deps.personOfHandle(handle)));
  if (found.some((person) => person === null)) throw chatErrors('chat_member_not_found', { attempted });
  const others = found.flatMap((person) => person?.accountId ?? []);
  const members = [...new Set([caller.accountId, ...others])].toSorted((a, b) => (a < b ? -1 : 1));
  if (members.length < 2 || members.length > deps.settings.chatConversationMembers) {
    throw chatErrors('chat_conversation_size', { attempted });
  }
  await publishKey(deps, caller);
  const at = keys.conversationOf(hashOf(deps.workspaceKey, members));
  const known = async () => (await deps.records.get<{ readonly roomId: string }>(at.pk, at.sk))?.value.roomId;
  const before = await known();
  if (before !== undefined) return before;

  const roomId = newId();
  const key = randomBytes(KEY_BYTES);
  const createdMs = deps.clock();
  const head: HeadRow = { sequence: 0, epoch: newId(), lastMs: createdMs };
  const operations: RecordOperation[] = [
    { op: 'put', ...at, value: { roomId }, if: 'absent' },
    { op: 'put', ...keys.conversation(roomId), value: withMac(deps.workspaceKey, roomId, { members, createdMs }) },
    { op: 'put', ...keys.head(roomId), value: head },
  ];
  for (const accountId of members) {
    const value: WrapsRow = { wraps: [await wrapFor(deps, accountId, key)] };
    operations.push({ op: 'put', ...keys.wraps(accountId, roomId), value });
    operations.push({ op: 'put', ...keys.roomOf(accountId, roomId), value: { direct: true } });
  }
  try {
    await deps.records.transact(operations);
    for (const accountId of members) tellEntered(deps, accountId, roomId);
    return roomId;
  } catch (error) {
    const other = hasCode(error, 'record_conflict') ? await known() : undefined;
    if (other === undefined) throw error;
    return other;
  }
}

/** Ids of the conversations that somebody is in. */
export async function conversationsOf({ records }: ChatDeps, accountId: string): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await records.query(roomsOf(accountId), { limit: 1000, ...(after === undefined ? {} : { after }) });
    for (const { sk, value } of page.items) if (value['direct'] === true) found.push(sk);
    after = page.next;
    if (after === undefined) return found;
  }
}

/** Who is in a conversation; `null` when there is none of this id. Throws `chat_room_damaged`. */
export async function conversationRow(
  { records, workspaceKey }: Pick<ChatDeps, 'records' | 'workspaceKey'>,
  roomId: string,
): Promise<{ readonly row: ConversationRow; readonly revision: string } | null> {
  const { pk, sk } = keys.conversation(roomId);
  const item = await records.get<ConversationRow>(pk, sk);
  if (!item) return null;
  const { mac, ...fields } = item.value;
  if (!workspaceKey.verifyMac('chat-conversation', { roomId, fields }, mac)) {
    throw chatErrors('chat_room_damaged', { attempted: `Open conversation ${roomId}` });
  }
  return { row: item.value, revision: item.revision };
}

/** Opens it with the key of one of its members. Throws `chat_room_not_found` to everybody else, `chat_key_needed`. */
export async function openConversation(
  deps: Pick<ChatDeps, 'records' | 'workspaceKey'>,
  roomId: string,
  reader: Pick<Caller, 'accountId' | 'key'> | undefined,
): Promise<Room> {
  const found = await conversationRow(deps, roomId);
  if (!found || (reader && !found.row.members.includes(reader.accountId))) {
    throw chatErrors('chat_room_not_found', { attempted: 'Look for a room' });
  }
  const { members, createdMs } = found.row;
  const key = reader && (await openKey(deps, roomId, reader));
  if (!key) throw chatErrors('chat_key_needed', { attempted: 'Open a conversation' });
  return {
    ...{ roomId, createdMs, members },
    ...{ kind: 'direct', archived: false, name: '', topic: '', row: null, retentionDays: null, forgottenUpTo: 0 },
    rules: NO_RULES,
    key: createSecretKey(key),
    wrappedBy: deps.workspaceKey.generation,
    place: keys.conversation(roomId),
    revision: found.revision,
    roles: new Map(),
  };
}

async function openKey(
  { records }: Pick<ChatDeps, 'records'>,
  roomId: string,
  { accountId, key }: Pick<Caller, 'accountId' | 'key'>,
): Promise<Buffer | null> {
  const { pk, sk } = keys.wraps(accountId, roomId);
  const item = key && (await records.get<WrapsRow>(pk, sk));
  if (!item) return null;
  const own = key();
  for (const wrap of item.value.wraps) {
    const opened = own.open(wrap);
    if (opened?.length === KEY_BYTES) return opened;
  }
  return null;
}

/**
 * Before an account gets another identity: wraps the keys of all its conversations for that one as well. When the act then
 * fails, nothing is lost by it.
 */
export async function wrapForNext(deps: ChatDeps, caller: Caller, nextRecipient: string): Promise<void> {
  const { accountId } = caller;
  for (const roomId of await conversationsOf(deps, accountId)) {
    const key = await openKey(deps, roomId, caller);
    if (!key) continue;
    const at = keys.wraps(accountId, roomId);
    const item = await deps.records.get<WrapsRow>(at.pk, at.sk);
    const wrap = encryptBytes(key, [parseRecipient(nextRecipient)]).toString('base64');
    // The newest that is known to open, and the one that will.
    const wraps = [wrap, ...(item?.value.wraps ?? []).slice(0, 2)];
    await deps.records.transact([{ op: 'put', ...at, value: { wraps } }]);
  }
  await deps.records.transact([{ op: 'delete', ...keys.publishedKey(accountId) }]);
}

/** So that others wrap for the person's chat identity, which app passwords of the scope chat carry. */
async function publishKey({ records, workspaceKey }: ChatDeps, { accountId, key }: Caller): Promise<void> {
  if (!key) throw chatErrors('chat_key_needed', { attempted: 'Start a conversation' });
  const { recipient } = key();
  const at = keys.publishedKey(accountId);
  const item = await records.get<PublishedKeyRow>(at.pk, at.sk);
  if (item?.value.recipient === recipient) return;
  const value: PublishedKeyRow = { recipient, mac: workspaceKey.mac('chat-key', { accountId, recipient }) };
  await records.transact([{ op: 'put', ...at, value }]);
}

/** A key for somebody, opened by their chat identity. Throws `chat_member_not_found`. */
export async function wrapFor(deps: ChatDeps, accountId: string, key: Buffer): Promise<string> {
  const at = keys.publishedKey(accountId);
  const published = (await deps.records.get<PublishedKeyRow>(at.pk, at.sk))?.value;
  const isGenuine =
    published && deps.workspaceKey.verifyMac('chat-key', { accountId, recipient: published.recipient }, published.mac);
  // Who has never been here opens it with the account's own identity.
  const recipient = isGenuine ? published.recipient : await deps.recipientOf(accountId);
  if (!recipient) throw chatErrors('chat_member_not_found', { attempted: 'Start a conversation' });
  return encryptBytes(key, [parseRecipient(recipient)]).toString('base64');
}

function withMac(workspaceKey: ChatKey, roomId: string, row: Omit<ConversationRow, 'mac'>): ConversationRow {
  const fields: JsonObject = row;
  return { ...row, mac: workspaceKey.mac('chat-conversation', { roomId, fields }) };
}

/** One conversation for one set of people; the row does not tell which. */
function hashOf(workspaceKey: ChatKey, members: readonly string[]): string {
  const key = workspaceKey.derive('chat-conversations', 1);
  return hmacSha256(key, Buffer.from(JSON.stringify(members))).toString('base64url');
}
