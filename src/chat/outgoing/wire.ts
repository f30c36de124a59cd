import { Type, type Static } from '../../base/http/schema.ts';

const Id = Type.String({ maxLength: 64, description: 'UUIDv7' });
const Time = Type.String({ format: 'date-time' });
const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

export const NewOutgoingRequest = Type.Object(
  {
    url: Type.String({ minLength: 8, maxLength: 2048, writeOnly: true, description: 'https://… of the receiver' }),
    label: Type.Optional(Type.String({ maxLength: 100 })),
    triggers: Type.Optional(
      Type.Array(Type.String({ pattern: '^\\S{1,64}$' }), {
        maxItems: 20,
        description: 'Words, such as !deploy or @helper; a message must hold one. None: every message of a person.',
      }),
    ),
  },
  { additionalProperties: false },
);
export const MadeOutgoingReply = Type.Object({
  hookId: Id,
  secret: Type.String({ description: 'Requests are signed with it (Standard Webhooks); shown this once.' }),
});
export type MadeOutgoingReply = Static<typeof MadeOutgoingReply>;

export const OutgoingReply = Type.Object({
  hooks: Type.Array(
    Type.Object({
      hookId: Id,
      botId: Id,
      label: Type.String(),
      triggers: Type.Array(Type.String()),
      host: Type.String({ description: 'Where it leads; the rest of the address may be secret.' }),
      madeTime: Time,
      failures: Type.Integer({ description: 'Messages in a row that were given up.' }),
      lastCode: Nullable(Type.String()),
      disabledTime: Nullable(Time),
    }),
  ),
  dead: Type.Array(Type.Object({ hookId: Id, sequence: Type.Integer(), code: Type.String(), time: Time }), {
    description: 'What was given up lately, newest first.',
  }),
});
export type OutgoingReply = Static<typeof OutgoingReply>;
