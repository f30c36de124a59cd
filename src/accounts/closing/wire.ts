/** What the end of an account looks like over HTTP. */
import { Type, type Static } from '../../base/http/schema.ts';
import { MadeInvite } from '../people/wire.ts';

const time = { format: 'date-time' };

export const Deletion = Type.Object({
  accountId: Type.String(),
  deletedTime: Type.String(time),
  wrapsDestroyed: Type.Boolean({
    description: 'Every key of the account is gone from both stores; if not yet, the server goes on until it is.',
  }),
  backupsExpireTime: Type.String({
    ...time,
    description: 'Backups made before the deletion hold keys of the account; the last of them is gone then.',
  }),
});
export type Deletion = Static<typeof Deletion>;

export const Reset = Type.Object({
  invite: MadeInvite,
  closedUntilTime: Type.String({
    ...time,
    description: 'Until then the recovery key of the old account opens it again; after that it is destroyed.',
  }),
});
export type Reset = Static<typeof Reset>;
