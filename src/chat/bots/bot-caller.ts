/** Bots at work: who comes with a token, and as whom. */
import { isId } from '../../base/ids.ts';
import type { Caller, ChatDeps, Person } from '../chat-deps.ts';
import { readBot, readSecret } from './bot-rows.ts';
import type { BotAccess, BotRow } from './records.ts';
import { tokenHash } from './token.ts';

/** A bot at work. */
export type BotCaller = Caller & { readonly role: 'guest'; readonly bot: BotAccess };

/** Who comes with this token; `null` for one that is worth nothing. */
export async function botWithToken(deps: ChatDeps, token: string): Promise<BotCaller | null> {
  const hash = tokenHash('hfb_', token);
  const secret = hash === null ? null : (await readSecret(deps, hash))?.row;
  const botId = secret && 'botId' in secret ? secret.botId : null;
  const bot = botId === null ? null : (await readBot(deps, botId))?.row;
  return botId !== null && bot && hash !== null && bot.token === hash ? botCaller(botId, bot) : null;
}

/** A bot as chat sees it: a guest, so that nothing is open to it but the rooms it is a member of. */
export function botCaller(
  botId: string,
  { name, access, token }: Pick<BotRow, 'name' | 'access' | 'token'>,
): BotCaller {
  // Another token is another session: what was let in with the one before ends.
  return { accountId: botId, sessionId: `bot ${token}`, handle: name, name, role: 'guest', bot: access };
}

/** Whether a bot may go on with what its token began; `null`: it is no bot that asks. */
export async function botStands(
  deps: ChatDeps,
  { accountId, sessionId }: Pick<Caller, 'accountId' | 'sessionId'>,
): Promise<boolean | null> {
  if (!sessionId.startsWith('bot ')) return null;
  const found = await readBot(deps, accountId);
  return found !== null && found.row.token !== null && sessionId === `bot ${found.row.token}`;
}

/** A bot as a member of a room is shown. */
export async function botPerson(deps: ChatDeps, botId: string): Promise<Person | null> {
  const found = isId(botId) ? await readBot(deps, botId) : null;
  return found && { accountId: botId, handle: found.row.name, name: found.row.name, role: 'guest' };
}
