/** Bots: programs with a name of their own, which moderators give a room to. */
import { actorOf } from '../../base/audit-event.ts';
import { hasCode } from '../../base/errors.ts';
import { isId, newId } from '../../base/ids.ts';
import { visible } from '../../base/text/visible.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { removeOutgoingOf } from '../outgoing/outgoing-hooks.ts';
import { keys, roomsOf } from '../records.ts';
import { enterRoom } from '../rooms/access.ts';
import { rewriteRoom } from '../rooms/change-room.ts';
import { removeMember, setMember } from '../rooms/members.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { memberRow } from '../rooms/room-rows.ts';
import { botNameHash, isGenuine, readBot, withMac } from './bot-rows.ts';
import { removeHooksOf } from './hooks.ts';
import { type BotAccess, botKeys, BOTS, type BotRow } from './records.ts';
import { newBotToken } from './token.ts';

export interface Bot {
  readonly botId: string;
  readonly name: string;
  readonly access: BotAccess;
  readonly by: string;
  readonly madeMs: number;
  readonly hasToken: boolean;
}

export interface NewBot {
  readonly name: string;
  readonly access: BotAccess;
  /** Whether it gets a token: one that only speaks by webhooks needs none. */
  readonly withToken: boolean;
}

const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,30}[\p{L}\p{N}._-])?$/u;

/**
 * Makes a bot, a member of this room. Answers it and its token, which is shown this once. Throws `chat_room_not_found`,
 * `chat_forbidden` to who is no moderator, `chat_bot_name_invalid`, `chat_bot_name_taken`, `chat_bots_full`.
 */
export async function makeBot(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  { name: wanted, access, withToken }: NewBot,
): Promise<{ readonly bot: Bot; readonly token: string | null }> {
  const { workspaceKey } = deps;
  await enterManaged(rooms, caller, roomId);
  const name = await checkedName(deps, wanted);
  if ((await allBots(deps)).length >= deps.settings.chatBots) throw chatErrors('chat_bots_full');
  const botId = newId();
  const nameHash = botNameHash(workspaceKey, name);
  const token = withToken ? newBotToken('hfb_') : null;
  const at = botKeys.bot(botId);
  const madeMs = deps.clock();
  const fields = { name, nameHash, access, by: caller.accountId, madeMs, token: token?.hash ?? null };
  const row = withMac(workspaceKey, 'chat-bot', at, fields);
  try {
    await rewriteRoom(deps, rooms, caller, { roomId, needed: 'moderator' }, async (room) => {
      const memberCount = room.row.memberCount + 1;
      if (memberCount > deps.settings.chatMembers) throw chatErrors('chat_members_full');
      const member = memberRow(workspaceKey, roomId, botId, { role: 'member', sinceMs: madeMs });
      return {
        row: { membersVersion: room.row.membersVersion + 1, memberCount },
        operations: [
          { op: 'put', ...botKeys.name(nameHash), value: { botId }, if: 'absent' },
          { op: 'put', ...at, value: row, if: 'absent' },
          ...(token ? [secretOperation(deps, token.hash, botId)] : []),
          { op: 'put', ...keys.member(roomId, botId), value: member },
          { op: 'put', ...keys.roomOf(botId, roomId), value: {} },
        ],
        event: { act: 'chat_bot.made', subjectIds: [roomId, botId], facts: { access, token: withToken } },
      };
    });
  } catch (error) {
    // Of what is written there, only the name can be somebody else's.
    if (!hasCode(error, 'chat_room_name_taken')) throw error;
    throw chatErrors('chat_bot_name_taken', { cause: error });
  }
  return { bot: botOf(botId, row), token: token?.text ?? null };
}

/** Whether a bot of this workspace is called so, in whatever case or width. */
export async function isBotName({ records, workspaceKey }: ChatDeps, name: string): Promise<boolean> {
  const { pk, sk } = botKeys.name(botNameHash(workspaceKey, name));
  return (await records.get(pk, sk)) !== null;
}

/** Gives a bot one more room. Whoever made it, or an admin, as a moderator of that room. */
export async function addBot(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  botId: string,
): Promise<void> {
  await requireOwnBot(deps, rooms, caller, roomId, botId);
  await setMember(deps, rooms, caller, roomId, { person: { accountId: botId }, role: 'member' });
}

/**
 * Takes a room from a bot, with its webhooks there: any moderator of the room. With its last room the bot is gone.
 * Throws `chat_room_not_found`, `chat_forbidden`, `chat_bot_not_found`.
 */
export async function removeBot(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  botId: string,
): Promise<void> {
  const { room } = await enterManaged(rooms, caller, roomId);
  const found = isId(botId) ? await readBot(deps, botId) : null;
  if (!found) throw chatErrors('chat_bot_not_found');
  await removeHooksOf(deps, roomId, botId);
  await removeOutgoingOf(deps, rooms, caller, roomId, botId);
  if ((await rooms.roleIn(room, botId)) !== null) await removeMember(deps, rooms, caller, roomId, botId);
  if ((await deps.records.query(roomsOf(botId), { limit: 1 })).items.length > 0) return;
  const { row } = found;
  await deps.records.transact([
    { op: 'delete', ...botKeys.bot(botId) },
    { op: 'delete', ...botKeys.name(row.nameHash) },
    ...(row.token === null ? [] : [{ op: 'delete', ...botKeys.secret(row.token) } as const]),
    ...deps.audit.operations({ act: 'chat_bot.removed', ...actorOf(caller), subjectIds: [botId] }),
  ]);
}

/** Gives a bot another token; the one before is worth nothing from then on. Answers it, this once. */
export async function renewToken(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  botId: string,
): Promise<string> {
  const { row, revision } = await requireOwnBot(deps, rooms, caller, roomId, botId);
  const token = newBotToken('hfb_');
  const at = botKeys.bot(botId);
  const value = withMac(deps.workspaceKey, 'chat-bot', at, { ...row, token: token.hash });
  await deps.records.transact([
    { op: 'put', ...at, value, if: { revision } },
    secretOperation(deps, token.hash, botId),
    ...(row.token === null ? [] : [{ op: 'delete', ...botKeys.secret(row.token) } as const]),
    ...deps.audit.operations({ act: 'chat_bot_token.made', ...actorOf(caller), subjectIds: [botId] }),
  ]);
  return token.text;
}

/** Bots that are members of a room, for its moderators. */
export async function listBots(deps: ChatDeps, rooms: OpenRooms, caller: Caller, roomId: string): Promise<Bot[]> {
  const { room } = await enterManaged(rooms, caller, roomId);
  const found: Bot[] = [];
  for (const bot of await allBots(deps)) if ((await rooms.roleIn(room, bot.botId)) !== null) found.push(bot);
  return found;
}

export async function enterManaged(rooms: OpenRooms, caller: Caller, roomId: string) {
  const entered = await enterRoom(rooms, caller, roomId, 'moderator');
  if (entered.room.kind === 'direct') throw chatErrors('chat_forbidden', { detail: 'a conversation has no bots' });
  return entered;
}

/** Throws `chat_forbidden` to who neither made it nor is an admin, `chat_bot_not_found`. */
async function requireOwnBot(deps: ChatDeps, rooms: OpenRooms, caller: Caller, roomId: string, botId: string) {
  await enterManaged(rooms, caller, roomId);
  const found = isId(botId) ? await readBot(deps, botId) : null;
  if (!found) throw chatErrors('chat_bot_not_found');
  if (found.row.by !== caller.accountId && caller.role !== 'admin') {
    throw chatErrors('chat_forbidden', { detail: 'who made the bot may, and an admin' });
  }
  return found;
}

async function allBots({ records, workspaceKey }: ChatDeps): Promise<Bot[]> {
  const { items } = await records.query<BotRow>(BOTS, { limit: 1000 });
  return items.flatMap((item) => (isGenuine(workspaceKey, 'chat-bot', item) ? botOf(item.sk, item.value) : []));
}

function botOf(botId: string, { name, access, by, madeMs, token }: BotRow): Bot {
  return { botId, name, access, by, madeMs, hasToken: token !== null };
}

function secretOperation({ workspaceKey }: ChatDeps, hash: string, botId: string): RecordOperation {
  const at = botKeys.secret(hash);
  return { op: 'put', ...at, value: withMac(workspaceKey, 'chat-bot-secret', at, { botId }), if: 'absent' };
}

/** In NFC. No account has it as its handle, and it does not speak for the product. */
async function checkedName({ isHandleTaken }: ChatDeps, wanted: string): Promise<string> {
  const name = wanted.trim().normalize('NFC');
  if (!NAME.test(name) || visible(name) !== name) throw chatErrors('chat_bot_name_invalid');
  if (await isHandleTaken(name)) throw chatErrors('chat_bot_name_taken');
  return name;
}
