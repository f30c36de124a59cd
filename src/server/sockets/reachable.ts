import { networkInterfaces } from 'node:os';
import { hostInUrl, isLoopback } from '../../base/http/addresses.ts';

/** By what names a listening address is reached: first from this machine, then from others. Never empty. */
export function reachableHosts(host: string): readonly string[] {
  if (isLoopback(host)) return ['localhost'];
  if (host !== '0.0.0.0' && host !== '::') return [host];
  const own = ownAddress();
  return own === undefined ? ['localhost'] : ['localhost', own];
}

/** URLs of listening addresses, as {@link reachableHosts} names them. */
export function reachableUrls(
  scheme: 'http' | 'https',
  addresses: readonly { readonly host: string; readonly port: number }[],
): readonly string[] {
  const all = addresses.flatMap(({ host, port }) =>
    reachableHosts(host).map((name) => `${scheme}://${hostInUrl(name)}:${port}`),
  );
  return [...new Set(all)];
}

/** The first address of this machine that others can use. */
function ownAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const usable = all.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
  return (usable.find(({ family }) => family === 'IPv4') ?? usable[0])?.address;
}
