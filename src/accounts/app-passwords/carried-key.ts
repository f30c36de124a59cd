import { hkdfSync } from 'node:crypto';
import { identityFromSeed, type KeyIdentity } from '../../age/index.ts';
import type { AppPasswordScope } from '../session.ts';

/** The key that an app password carries: no more than its scope needs. */
export function carriedBy(scope: AppPasswordScope, identity: KeyIdentity): KeyIdentity | null {
  if (scope === 'agent') return null;
  return scope === 'chat' ? chatIdentityOf(identity) : identity;
}

/** The identity that stands for a person in chat: whoever has it cannot get back to the account's own. */
export function chatIdentityOf(identity: KeyIdentity): KeyIdentity {
  return identityFromSeed('pq', Buffer.from(hkdfSync('sha256', identity.seed, '', 'holdfast/v1/chat-identity', 32)));
}
