/** Incoming webhooks: addresses that hold a secret, by which a program says something in one room, as its bot. */
import { randomBytes } from 'node:crypto';
import { actorOf } from '../../base/audit-event.ts';
import { newId } from '../../base/ids.ts';
import { isSignedBy, signingKey } from '../../base/crypto/standard-webhooks.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import type { RoomEvent } from '../messages/content.ts';
import { type SendParts, sendMessage } from '../messages/send.ts';
import type { Pace } from '../moderation/pace.ts';
import { enterRoom } from '../rooms/access.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { isGenuine, openForPlace, readBot, readHook, readSecret, sealForPlace, withMac } from './bot-rows.ts';
import { botCaller } from './bot-caller.ts';
import { botKeys, type HookRow, hooksIn } from './records.ts';
import { textOfSlackBody } from './slack-body.ts';
import { newBotToken, tokenHash } from './token.ts';

export interface Hook {
  readonly hookId: string;
  readonly botId: string;
  readonly label: string;
  readonly isSigned: boolean;
  readonly by: string;
  readonly madeMs: number;
}

export interface NewHook {
  readonly botId: string;
  readonly label: string;
  /** Whether only requests are taken that are signed after Standard Webhooks. */
  readonly isSigned: boolean;
}

/** A request as it came: the signature is about its very bytes. */
export interface HookRequest {
  readonly contentType: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** How far a signed request's time may be from ours: what Standard Webhooks advises. */
const TOLERANCE_MS = 5 * 60_000;

/**
 * Makes an address for a bot that is a member of the room. Answers its token and secret, which are shown this once.
 * Throws `chat_room_not_found`, `chat_forbidden`, `chat_bot_not_found`, `chat_hooks_full`.
 */
export async function addHook(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  { botId, label, isSigned }: NewHook,
): Promise<{ readonly hook: Hook; readonly token: string; readonly secret: string | null }> {
  const { workspaceKey } = deps;
  const { room } = await enterRoom(rooms, caller, roomId, 'moderator');
  const bot = await readBot(deps, botId);
  if (!bot || (await rooms.roleIn(room, botId)) === null) throw chatErrors('chat_bot_not_found');
  if (bot.row.access === 'read') throw chatErrors('chat_forbidden', { detail: 'this bot reads and does not write' });
  if ((await hooksOf(deps, roomId)).length >= deps.settings.chatHooks) throw chatErrors('chat_hooks_full');
  const hookId = newId();
  const token = newBotToken('hfw_');
  const secret = isSigned ? `whsec_${randomBytes(32).toString('base64')}` : null;
  const at = botKeys.hook(roomId, hookId);
  const row = withMac(workspaceKey, 'chat-hook', at, {
    ...{ botId, label, hash: token.hash, by: caller.accountId, madeMs: deps.clock() },
    secret: secret === null ? null : sealForPlace(workspaceKey, [roomId, hookId], secret),
  });
  const secretAt = botKeys.secret(token.hash);
  await deps.records.transact([
    { op: 'put', ...at, value: row, if: 'absent' },
    {
      ...{ op: 'put', ...secretAt, if: 'absent' },
      value: withMac(workspaceKey, 'chat-bot-secret', secretAt, { roomId, hookId }),
    },
    ...deps.audit.operations({
      act: 'chat_hook.made',
      ...actorOf(caller),
      subjectIds: [roomId, botId],
      facts: { hookId, signed: isSigned },
    }),
  ]);
  return { hook: hookOf(hookId, row), token: token.text, secret };
}

/** For moderators. */
export async function listHooks(deps: ChatDeps, rooms: OpenRooms, caller: Caller, roomId: string): Promise<Hook[]> {
  await enterRoom(rooms, caller, roomId, 'moderator');
  return (await hooksOf(deps, roomId)).map(({ hookId, row }) => hookOf(hookId, row));
}

/** Its address is worth nothing from then on. Throws `chat_room_not_found`, `chat_forbidden`, `chat_hook_not_found`. */
export async function removeHook(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  hookId: string,
): Promise<void> {
  await enterRoom(rooms, caller, roomId, 'moderator');
  const found = await readHook(deps, roomId, hookId);
  if (!found) throw chatErrors('chat_hook_not_found');
  await deps.records.transact([
    ...removal(roomId, hookId, found.row),
    ...deps.audit.operations({
      act: 'chat_hook.removed',
      ...actorOf(caller),
      subjectIds: [roomId, found.row.botId],
      facts: { hookId },
    }),
  ]);
}

/** When a bot is taken out of a room. */
export async function removeHooksOf(deps: ChatDeps, roomId: string, botId: string): Promise<void> {
  for (const { hookId, row } of await hooksOf(deps, roomId)) {
    if (row.botId === botId) await deps.records.transact(removal(roomId, hookId, row));
  }
}

/**
 * Says what a program sent. A signed request that comes again says nothing again. Throws `chat_hook_not_found`,
 * `chat_hook_signature`, `chat_hook_body`, and what {@link sendMessage} throws.
 */
export async function receive(
  deps: ChatDeps,
  parts: SendParts & { readonly hookPace: Pace },
  token: string,
  request: HookRequest,
): Promise<RoomEvent> {
  const { workspaceKey } = deps;
  const attempted = 'Say something by a webhook';
  const hash = tokenHash('hfw_', token);
  const place = hash === null ? null : (await readSecret(deps, hash))?.row;
  if (!place || !('hookId' in place)) throw chatErrors('chat_hook_not_found', { attempted });
  const { roomId, hookId } = place;
  const hook = (await readHook(deps, roomId, hookId))?.row;
  const bot = hook && (await readBot(deps, hook.botId))?.row;
  if (!hook || !bot || hook.hash !== hash) throw chatErrors('chat_hook_not_found', { attempted });
  parts.hookPace.take(roomId, hookId, undefined);
  let messageId: string | undefined;
  if (hook.secret !== null) {
    const secret = openForPlace(workspaceKey, [roomId, hookId], hook.secret);
    const key = secret === null ? null : signingKey(secret);
    const { headers, body } = request;
    const signed = key && isSignedBy(key, { headers, body, nowMs: deps.clock(), toleranceMs: TOLERANCE_MS });
    if (!signed) throw chatErrors('chat_hook_signature', { attempted });
    // Ids are the sender's own: those of another one, at another address of the same bot, are other ones.
    messageId = `${hookId}-${signed.idHash}`;
  }
  const text = textOfSlackBody(request, deps.settings.chatMessageBytes);
  if (text === null) throw chatErrors('chat_hook_body', { attempted });
  return await sendMessage(deps, parts, botCaller(hook.botId, bot), roomId, { text, messageId });
}

async function hooksOf(
  { records, workspaceKey }: ChatDeps,
  roomId: string,
): Promise<{ readonly hookId: string; readonly row: HookRow }[]> {
  const { items } = await records.query<HookRow>(hooksIn(roomId), { limit: 1000 });
  return items.flatMap((item) =>
    isGenuine(workspaceKey, 'chat-hook', item) ? { hookId: item.sk, row: item.value } : [],
  );
}

function removal(roomId: string, hookId: string, { hash }: HookRow): RecordOperation[] {
  return [
    { op: 'delete', ...botKeys.hook(roomId, hookId) },
    { op: 'delete', ...botKeys.secret(hash) },
  ];
}

function hookOf(hookId: string, { botId, label, secret, by, madeMs }: HookRow): Hook {
  return { hookId, botId, label, isSigned: secret !== null, by, madeMs };
}
