/** What the workspace key looks like over HTTP; the key itself never goes there. */
import { Type, type Static } from '../../base/http/schema.ts';
import { passwordAgain } from '../wire.ts';

const generation = Type.Integer({ minimum: 1 });

const view = {
  generation: Type.Integer({ minimum: 1, description: 'The one that writes.' }),
  keys: Type.Array(
    Type.Object({
      generation,
      fingerprint: Type.String({ description: 'The same on every server that has this key.' }),
      state: Type.Union([Type.Literal('writes'), Type.Literal('verifies'), Type.Literal('ready')], {
        description: 'ready: in the key file of this server, and not in force yet.',
      }),
      sinceTime: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    }),
  ),
};

export const WorkspaceKey = Type.Object(view);
export type WorkspaceKey = Static<typeof WorkspaceKey>;

export const RotationRequest = Type.Object(
  {
    password: passwordAgain,
    prepareOnly: Type.Optional(
      Type.Boolean({ description: 'Only makes the key ready, so that its file can be carried to the other servers.' }),
    ),
  },
  { additionalProperties: false },
);
export type RotationRequest = Static<typeof RotationRequest>;

export const Rotation = Type.Object({
  ...view,
  adminCopies: Type.Integer({ minimum: 0, description: 'Admins whose copy in the stores holds the new key.' }),
});
export type Rotation = Static<typeof Rotation>;
