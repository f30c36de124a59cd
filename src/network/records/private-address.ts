import { parseNetworks } from '../../base/http/addresses.ts';

/** The same networks as addresses.ts knows in words: what `local_orig` and `local_resp` of records say. */
export const isPrivate = parseNetworks([
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['::1', 'fc00::/7', 'fe80::/10'],
]).includes;
