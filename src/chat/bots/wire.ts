import { Type, type Static } from '../../base/http/schema.ts';

/** What is said about bots over HTTP. Times are RFC 3339 in UTC. */

const Id = Type.String({ maxLength: 64, description: 'UUIDv7' });
const Time = Type.String({ format: 'date-time' });
const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const Access = Type.Unsafe<'read' | 'write' | 'both'>({
  type: 'string',
  enum: ['read', 'write', 'both'],
  description: 'What it may do in its rooms.',
});

export const BotView = Type.Object({
  botId: Id,
  name: Type.String(),
  access: Access,
  byAccountId: Id,
  madeTime: Time,
  hasToken: Type.Boolean(),
});
export type BotView = Static<typeof BotView>;

export const HookView = Type.Object({
  hookId: Id,
  botId: Id,
  label: Type.String(),
  signed: Type.Boolean({ description: 'Only requests signed after Standard Webhooks are taken.' }),
  byAccountId: Id,
  madeTime: Time,
});
export type HookView = Static<typeof HookView>;

export const BotsReply = Type.Object({ bots: Type.Array(BotView), hooks: Type.Array(HookView) });
export type BotsReply = Static<typeof BotsReply>;

export const NewBotRequest = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64, description: '1-32 letters, digits, blanks, “.”, “_” and “-”.' }),
    access: Access,
    token: Type.Optional(
      Type.Boolean({ default: false, description: 'Whether it gets a token for HTTP and the live connection.' }),
    ),
  },
  { additionalProperties: false },
);
export const MadeBotReply = Type.Object({
  bot: BotView,
  token: Nullable(Type.String({ description: 'Shown this once: Authorization: Bearer …' })),
});
export type MadeBotReply = Static<typeof MadeBotReply>;
export const BotTokenReply = Type.Object({ token: Type.String({ description: 'Shown this once.' }) });
export type BotTokenReply = Static<typeof BotTokenReply>;

export const BotParams = Type.Object({ roomId: Id, botId: Id });
export const HookParams = Type.Object({ roomId: Id, hookId: Id });

export const NewHookRequest = Type.Object(
  {
    label: Type.Optional(Type.String({ maxLength: 100, description: 'What it is for.' })),
    signed: Type.Optional(
      Type.Boolean({ default: false, description: 'Take requests that are signed after Standard Webhooks alone.' }),
    ),
  },
  { additionalProperties: false },
);
export const MadeHookReply = Type.Object({
  hook: HookView,
  path: Type.String({ description: 'Behind the address of the server. It holds a secret, and is shown this once.' }),
  secret: Nullable(Type.String({ description: 'To sign with; shown this once.' })),
});
export type MadeHookReply = Static<typeof MadeHookReply>;

export const HookTokenParams = Type.Object({ token: Type.String({ minLength: 1, maxLength: 200 }) });
