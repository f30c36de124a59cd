/** Outgoing webhooks: what is said in a room is told to a program elsewhere, as a bot's ears. */
import { randomBytes } from 'node:crypto';
import { newId } from '../../base/ids.ts';
import { isGenuine, openForPlace, readBot, sealForPlace, withMac } from '../bots/bot-rows.ts';
import type { BotRow } from '../bots/records.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { sealRules } from '../moderation/rules.ts';
import { enterRoom } from '../rooms/access.ts';
import { rewriteRoom } from '../rooms/change-room.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { type DeadRow, deadOf, outgoingKeys, outgoingOf, type OutgoingRow, type StateRow } from './records.ts';
import { foldTrigger } from './triggers.ts';

export interface OutgoingHook {
  readonly hookId: string;
  readonly botId: string;
  readonly label: string;
  readonly triggers: readonly string[];
  /** Where it leads, without what may be secret in it. */
  readonly host: string;
  readonly madeMs: number;
  readonly state: StateRow;
}

export interface NewOutgoing {
  readonly botId: string;
  readonly label: string;
  readonly url: string;
  /** Words without blanks; empty: every message. */
  readonly triggers: readonly string[];
}

export const UNTRIED: StateRow = { failures: 0, lastCode: '', disabledMs: null };

export interface Destination {
  readonly url: string;
  readonly secret: string;
}

/**
 * It hands over what is said, so that the bot must be one that may read. Throws `chat_room_not_found`, `chat_forbidden`,
 * `chat_bot_not_found`, `chat_bot_deaf`, `chat_hooks_full`, and what the address is refused with.
 */
export async function addOutgoing(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  { botId, label, url, triggers }: NewOutgoing,
): Promise<{ readonly hookId: string; readonly secret: string }> {
  const { room } = await enterRoom(rooms, caller, roomId, 'moderator');
  const bot = await readBot(deps, botId);
  if (!bot || (await rooms.roleIn(room, botId)) === null) throw chatErrors('chat_bot_not_found');
  if (!mayHear(bot.row)) throw chatErrors('chat_bot_deaf', { attempted: 'Add an outgoing webhook' });
  deps.posts.check(url);
  const hookId = newId();
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const at = outgoingKeys.hook(roomId, hookId);
  const destination: Destination = { url, secret };
  const row = withMac(deps.workspaceKey, 'chat-outgoing', at, {
    ...{ botId, label, by: caller.accountId, madeMs: deps.clock() },
    sealed: sealForPlace(deps.workspaceKey, [roomId, hookId], JSON.stringify(destination)),
  });
  await rewriteRoom(deps, rooms, caller, { roomId, needed: 'moderator' }, async ({ key, rules }) => {
    const { outgoing = [] } = rules;
    if (outgoing.length >= deps.settings.chatOutgoingHooks) throw chatErrors('chat_hooks_full');
    const words = [...new Set(triggers.map(foldTrigger))];
    return {
      row: { rules: sealRules(key, roomId, { ...rules, outgoing: [...outgoing, { hookId, triggers: words }] }) },
      operations: [{ op: 'put', ...at, value: row, if: 'absent' }],
      event: { act: 'chat_outgoing.made', subjectIds: [roomId, botId], facts: { hookId } },
    };
  });
  return { hookId, secret };
}

/** Whether what is said may be told by way of this bot. */
export function mayHear({ access }: Pick<BotRow, 'access'>): boolean {
  return access !== 'write';
}

/** Nothing is told to it from then on. Throws `chat_room_not_found`, `chat_forbidden`, `chat_hook_not_found`. */
export async function removeOutgoing(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  hookId: string,
): Promise<void> {
  await rewriteRoom(deps, rooms, caller, { roomId, needed: 'moderator' }, async ({ key, rules }) => {
    const { outgoing = [] } = rules;
    if (!outgoing.some((each) => each.hookId === hookId)) throw chatErrors('chat_hook_not_found');
    const others = outgoing.filter((each) => each.hookId !== hookId);
    return {
      row: { rules: sealRules(key, roomId, { ...rules, outgoing: others }) },
      operations: [
        { op: 'delete', ...outgoingKeys.hook(roomId, hookId) },
        { op: 'delete', ...outgoingKeys.state(hookId) },
      ],
      event: { act: 'chat_outgoing.removed', subjectIds: [roomId], facts: { hookId } },
    };
  });
}

/** When a bot is taken out of a room. */
export async function removeOutgoingOf(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  botId: string,
): Promise<void> {
  const { room } = await enterRoom(rooms, caller, roomId, 'moderator');
  for (const { hookId } of room.rules.outgoing ?? []) {
    const found = await readOutgoing(deps, roomId, hookId);
    if (found?.row.botId === botId) await removeOutgoing(deps, rooms, caller, roomId, hookId);
  }
}

/** Of a room, for its moderators, and what was given up lately. */
export async function listOutgoing(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
): Promise<{
  readonly hooks: readonly OutgoingHook[];
  readonly dead: readonly (DeadRow & { readonly jobId: string })[];
}> {
  const { room } = await enterRoom(rooms, caller, roomId, 'moderator');
  const hooks: OutgoingHook[] = [];
  for (const { hookId, triggers } of room.rules.outgoing ?? []) {
    const found = await readOutgoing(deps, roomId, hookId);
    if (!found) continue;
    const { row, destination } = found;
    const { botId, label, madeMs } = row;
    const host = new URL(destination.url).host;
    hooks.push({ hookId, botId, label, triggers, host, madeMs, state: (await stateOf(deps, hookId)).row });
  }
  const { items } = await deps.records.query<DeadRow>(deadOf(roomId), { limit: 100, reverse: true });
  return { hooks, dead: items.map(({ sk, value }) => ({ jobId: sk, ...value })) };
}

/** `null` for one that is not there, or was not written by this workspace. */
export async function readOutgoing(
  { records, workspaceKey }: Pick<ChatDeps, 'records' | 'workspaceKey'>,
  roomId: string,
  hookId: string,
): Promise<{ readonly row: OutgoingRow; readonly destination: Destination } | null> {
  const item = await records.get<OutgoingRow>(outgoingOf(roomId), hookId);
  if (!item || !isGenuine(workspaceKey, 'chat-outgoing', item)) return null;
  const text = openForPlace(workspaceKey, [roomId, hookId], item.value.sealed);
  return text === null ? null : { row: item.value, destination: JSON.parse(text) as Destination };
}

export async function stateOf({ records }: Pick<ChatDeps, 'records'>, hookId: string) {
  const { pk, sk } = outgoingKeys.state(hookId);
  const item = await records.get<StateRow>(pk, sk);
  return { row: item?.value ?? UNTRIED, revision: item?.revision ?? null };
}
