import { identityFromSeed, type KeyIdentity } from '../../age/index.ts';

/** What the workspace key gives 32 bytes for. */
const PURPOSE = 'snapshot-identity';

/** To whom what leaves the server's disk is encrypted; opens it again. Whoever has the workspace key has it. */
export function snapshotIdentity(derive: (purpose: string) => Buffer): KeyIdentity {
  return identityFromSeed('pq', derive(PURPOSE));
}
