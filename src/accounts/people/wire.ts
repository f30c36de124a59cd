/** What people, invitations and settings of the workspace look like over HTTP. */
import { Type, type Static } from '../../base/http/schema.ts';
import { Account, passwordAgain, Role } from '../wire.ts';

const time = { format: 'date-time' };

export const PageQuery = Type.Object({
  after: Type.Optional(Type.String({ maxLength: 64, description: '`next` of the page before.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 100 })),
});

export const Person = Type.Object({
  ...Account.properties,
  state: Type.Union([Type.Literal('active'), Type.Literal('disabled')]),
});
export type Person = Static<typeof Person>;

export const People = Type.Object({
  people: Type.Array(Person),
  damaged: Type.Array(Type.String(), {
    description: 'Ids of accounts whose records were changed behind the back of the server.',
  }),
  next: Type.Optional(Type.String()),
});
export type People = Static<typeof People>;

export const PersonParams = Type.Object({ accountId: Type.String({ maxLength: 64 }) });

/** Where an admin comes of it, who gets a copy of the workspace key. */
const passwordForAdmins = Type.Optional(passwordAgain);

export const RoleRequest = Type.Object({ role: Role, password: passwordForAdmins }, { additionalProperties: false });
export type RoleRequest = Static<typeof RoleRequest>;

export const EnableRequest = Type.Object({ password: passwordForAdmins }, { additionalProperties: false });
export type EnableRequest = Static<typeof EnableRequest>;

const inviteFields = {
  inviteId: Type.String(),
  role: Role,
  email: Type.Union([Type.String(), Type.Null()], { description: 'The only address that may use it; null: any.' }),
  madeBy: Type.String({ description: 'Id of the account that made it.' }),
  createdTime: Type.String(time),
  expiresTime: Type.String(time),
};

export const InviteRequest = Type.Object(
  {
    role: Type.Optional(Role),
    password: passwordForAdmins,
    email: Type.Optional(Type.String({ maxLength: 1_024, description: 'Binds the invitation to this address.' })),
    lifetimeMs: Type.Optional(
      Type.Integer({ minimum: 60_000, description: 'How long it is good; at most the setting inviteLifetimeMs.' }),
    ),
  },
  { additionalProperties: false },
);
export type InviteRequest = Static<typeof InviteRequest>;

export const MadeInvite = Type.Object({
  ...inviteFields,
  invitation: Type.String({ description: 'Hand it on over a safe way. Shown once and kept nowhere.' }),
});
export type MadeInvite = Static<typeof MadeInvite>;

export const Invites = Type.Object({
  invites: Type.Array(Type.Object(inviteFields)),
  next: Type.Optional(Type.String()),
});
export type Invites = Static<typeof Invites>;

export const InviteParams = Type.Object({ inviteId: Type.String({ maxLength: 64 }) });

export const WorkspaceSettings = Type.Object({
  settings: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.String(),
      values: Type.Array(Type.String()),
      default: Type.String(),
      fixed: Type.Boolean({ description: 'Set by the environment of the server; cannot be changed here.' }),
      about: Type.String(),
    }),
  ),
});
export type WorkspaceSettings = Static<typeof WorkspaceSettings>;

export const SettingRequest = Type.Object(
  { name: Type.String({ maxLength: 64 }), value: Type.String({ maxLength: 256 }) },
  { additionalProperties: false },
);
export type SettingRequest = Static<typeof SettingRequest>;
