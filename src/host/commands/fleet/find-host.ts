import type { ApiClient } from '../../../base/commands/command.ts';
import { commandErrors } from '../../../base/commands/errors.ts';
import { hostErrors } from '../../errors.ts';
import type { HostsReply, HostSummary } from '../../wire.ts';

export const HOST = { name: 'HOST', about: 'Its name, label, or id or the beginning of it' } as const;

/** Throws `usage_invalid` when several are called so, `host_not_found`. */
export async function hostCalled(api: ApiClient, word = ''): Promise<HostSummary> {
  const { hosts } = await api.get<HostsReply>(`/hosts?limit=500&q=${encodeURIComponent(word)}`);
  const low = word.toLowerCase();
  // A host may say that it is called as another one's id: that names the other one alone.
  const itself = hosts.find(({ hostId }) => hostId === low);
  if (itself) return itself;
  const exact = hosts.filter(({ hostname, label }) => [hostname.toLowerCase(), label.toLowerCase()].includes(low));
  const found = exact.length > 0 ? exact : hosts.filter(({ hostId }) => low.length >= 4 && hostId.startsWith(low));
  const [host] = found;
  if (found.length > 1) {
    throw commandErrors('usage_invalid', { detail: `${found.length} hosts are called “${word}”; give the id of one` });
  }
  if (!host) throw hostErrors('host_not_found', { attempted: `Find the host “${word}”` });
  return host;
}
