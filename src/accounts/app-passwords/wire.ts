/** What app passwords look like over HTTP. */
import { Type, type Static } from '../../base/http/schema.ts';

const time = { format: 'date-time' };

const Scope = Type.Union([Type.Literal('files'), Type.Literal('chat'), Type.Literal('agent')], {
  description:
    'files: content, files and folders. chat: messages, and no file. agent: reports findings, reads none, and holds no key; for admins to make.',
});

const fields = {
  appPasswordId: Type.String(),
  label: Type.String(),
  scope: Scope,
  createdTime: Type.String(time),
  lastUsedTime: Type.Union([Type.String(time), Type.Null()], { description: 'Exact to five minutes; null: never.' }),
  expiresTime: Type.String({ ...time, description: 'When it ends if it is not used.' }),
};

export const AppPasswordRequest = Type.Object(
  {
    label: Type.String({ maxLength: 400, description: 'The program and device it is for.' }),
    scope: Scope,
    password: Type.String({ maxLength: 2_048, description: 'Your own, again: this hands out a key.' }),
  },
  { additionalProperties: false },
);
export type AppPasswordRequest = Static<typeof AppPasswordRequest>;

export const MadeAppPassword = Type.Object({
  ...fields,
  appPassword: Type.String({ description: 'Give it to the program. Shown once and kept nowhere.' }),
});
export type MadeAppPassword = Static<typeof MadeAppPassword>;

export const AppPasswords = Type.Object({ appPasswords: Type.Array(Type.Object(fields)) });
export type AppPasswords = Static<typeof AppPasswords>;

export const AppPasswordParams = Type.Object({ appPasswordId: Type.String({ maxLength: 64 }) });
