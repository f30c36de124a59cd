/**
 * The records of the line protocol, written where several servers share them: so that no two visitors on different
 * servers have one name. Who is here is kept nowhere else, and what visitors say in private nowhere at all.
 *
 *     chat-line-servers                  <server id>   {}: there while that server lives
 *     chat-line-name#<keyed hash>        name          {@link NameRow}: a visitor's name that is taken
 */
import { hmacSha256 } from '../../base/crypto/hmac.ts';

export type NameRow = { readonly serverId: string };

export const keys = {
  server: (serverId: string) => ({ pk: 'chat-line-servers', sk: serverId }),
  /** Names lie under a keyed hash: the database does not tell who was there. */
  name: (hashKey: Buffer, folded: string) => ({
    pk: `chat-line-name#${hmacSha256(hashKey, Buffer.from(folded)).toString('base64url')}`,
    sk: 'name',
  }),
} as const;
