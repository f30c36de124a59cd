/** Who comes with the token of a host, and how that ends. */
import type { HostHolder } from '../../../base/http/access.ts';
import { hostErrors } from '../../errors.ts';
import type { FleetDeps } from '../fleet-deps.ts';
import { readHost } from '../hosts/genuine-rows.ts';
import { isSameHash, parseToken } from './tokens.ts';

/** Throws `host_token_invalid`, `host_revoked`, `host_replaced`. */
export async function authenticateHost(
  deps: Pick<FleetDeps, 'records' | 'workspaceKey'>,
  token: string,
): Promise<HostHolder> {
  const parsed = parseToken('hfh_', token);
  const row = parsed && (await readHost(deps, parsed.id))?.row;
  if (!parsed || !row) throw hostErrors('host_token_invalid');
  const { grant, earlier, revokedMs } = row;
  if (grant && isSameHash(grant.secretHash, parsed.secretHash)) {
    if (revokedMs !== null) throw hostErrors('host_revoked');
    return { hostId: row.hostId, with: row.with };
  }
  if (earlier.some((hash) => isSameHash(hash, parsed.secretHash))) throw hostErrors('host_replaced');
  throw hostErrors('host_token_invalid');
}
