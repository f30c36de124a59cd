import type { Caller, ChatDeps, Person } from '../chat-deps.ts';
import type { RoomEvent } from '../messages/content.ts';
import type { SendParts } from '../messages/send.ts';
import { openPace } from '../moderation/pace.ts';
import { type BotCaller, botPerson, botStands, botWithToken } from './bot-caller.ts';
import { addBot, type Bot, isBotName, listBots, makeBot, type NewBot, removeBot, renewToken } from './bots.ts';
import { addHook, type Hook, type HookRequest, listHooks, type NewHook, receive, removeHook } from './hooks.ts';

/** Everything about bots. Each function lists its errors where it is defined. */
export interface Bots {
  /** See {@link listBots}. */
  list(caller: Caller, roomId: string): Promise<readonly Bot[]>;
  /** See {@link makeBot}. */
  make(caller: Caller, roomId: string, wanted: NewBot): Promise<{ readonly bot: Bot; readonly token: string | null }>;
  /** See {@link isBotName}. */
  isNameTaken(name: string): Promise<boolean>;
  /** See {@link addBot}. */
  add(caller: Caller, roomId: string, botId: string): Promise<void>;
  /** See {@link removeBot}. */
  remove(caller: Caller, roomId: string, botId: string): Promise<void>;
  /** See {@link renewToken}. */
  renewToken(caller: Caller, roomId: string, botId: string): Promise<string>;
  /** See {@link listHooks}. */
  hooks(caller: Caller, roomId: string): Promise<readonly Hook[]>;
  /** See {@link addHook}. */
  addHook(
    caller: Caller,
    roomId: string,
    wanted: NewHook,
  ): Promise<{ readonly hook: Hook; readonly token: string; readonly secret: string | null }>;
  /** See {@link removeHook}. */
  removeHook(caller: Caller, roomId: string, hookId: string): Promise<void>;
  /** See {@link receive}. */
  receive(token: string, request: HookRequest): Promise<RoomEvent>;
  /** See {@link botWithToken}. */
  authenticate(token: string): Promise<BotCaller | null>;
  /** See {@link botStands}. */
  stands(who: Pick<Caller, 'accountId' | 'sessionId'>): Promise<boolean | null>;
  /** See {@link botPerson}. */
  person(botId: string): Promise<Person | null>;
}

export function openBots(deps: ChatDeps, parts: SendParts): Bots {
  const { rooms } = parts;
  const hookPace = openPace({ count: deps.settings.chatHookMessagesPerMinute, everyMs: 60_000 }, deps.clock);
  return {
    list: (caller, roomId) => listBots(deps, rooms, caller, roomId),
    make: (caller, roomId, wanted) => makeBot(deps, rooms, caller, roomId, wanted),
    isNameTaken: (name) => isBotName(deps, name),
    add: (caller, roomId, botId) => addBot(deps, rooms, caller, roomId, botId),
    remove: (caller, roomId, botId) => removeBot(deps, rooms, caller, roomId, botId),
    renewToken: (caller, roomId, botId) => renewToken(deps, rooms, caller, roomId, botId),
    hooks: (caller, roomId) => listHooks(deps, rooms, caller, roomId),
    addHook: (caller, roomId, wanted) => addHook(deps, rooms, caller, roomId, wanted),
    removeHook: (caller, roomId, hookId) => removeHook(deps, rooms, caller, roomId, hookId),
    receive: (token, request) => receive(deps, { ...parts, hookPace }, token, request),
    authenticate: (token) => botWithToken(deps, token),
    stands: (who) => botStands(deps, who),
    person: (botId) => botPerson(deps, botId),
  };
}
