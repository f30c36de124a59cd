/**
 * Where bots lie in the RecordStore. A bot is a member of each room that was given to it, as people are. Its tokens and
 * addresses are random and kept as hashes.
 *
 *     chat-bots           <bot id>                  BotRow
 *     chat-bot-names      <keyed hash of a name>    { botId }: makes names unique
 *     chat-hooks#<room>   <hook id>                 HookRow: an address by which programs say something there
 *     chat-bot-secrets    <SHA-256 of a token>      SecretRow: whose it is
 */
export type BotAccess = 'read' | 'write' | 'both';

export type BotRow = {
  readonly name: string;
  readonly nameHash: string;
  readonly access: BotAccess;
  /** The account that made it. */
  readonly by: string;
  readonly madeMs: number;
  /** Hash of its token; `null`: it has none. */
  readonly token: string | null;
  readonly mac: string;
};

export type HookRow = {
  readonly botId: string;
  readonly label: string;
  readonly hash: string;
  /** The secret that requests must be signed with, under the workspace key; `null`: the address alone. */
  readonly secret: string | null;
  readonly by: string;
  readonly madeMs: number;
  readonly mac: string;
};

export type SecretRow =
  | { readonly botId: string; readonly mac: string }
  | { readonly roomId: string; readonly hookId: string; readonly mac: string };

export const BOTS = 'chat-bots';
export const hooksIn = (roomId: string): string => `chat-hooks#${roomId}`;

export const botKeys = {
  bot: (botId: string) => ({ pk: BOTS, sk: botId }),
  name: (hash: string) => ({ pk: 'chat-bot-names', sk: hash }),
  hook: (roomId: string, hookId: string) => ({ pk: hooksIn(roomId), sk: hookId }),
  secret: (hash: string) => ({ pk: 'chat-bot-secrets', sk: hash }),
} as const;
