/**
 * Where a webhook may lead. A name is asked for once; what DNS says is held against the forbidden networks; and the
 * connection goes to those very addresses, so that a second answer of DNS can change nothing (DNS rebinding).
 */
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { Networks } from '../../base/http/addresses.ts';
import { quoted } from '../../base/text/visible.ts';
import { channelErrors } from './errors.ts';
import { isForbidden } from './forbidden-networks.ts';
import { refused, unavailable } from './failures.ts';

const MAX_URL_LENGTH = 2048;
/** Visible ASCII without a backslash, which some programs read as a slash; a host right behind the scheme, if it is one of ours. */
const PLAIN = /^(?!https?:\/\/\/)[\x21-\x5b\x5d-\x7e]+$/i;

/** Every address of a name. Rejects with the system's error. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

export const resolveHost: ResolveHost = async (host) => {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
};

/**
 * The URL standard writes every spelling of an address (decimal, octal, hexadecimal, short) in its usual form, so that
 * what is checked is what is meant. Throws `channel_destination_invalid`.
 */
export function webhookUrl(text: string, allowed: Networks): URL {
  const invalid = (detail: string) =>
    // Its path is often the secret of a receiver: only its beginning is told.
    channelErrors('channel_destination_invalid', {
      attempted: `Send to the webhook ${quoted(text.slice(0, 20))}…`,
      detail,
    });
  if (text.length > MAX_URL_LENGTH) throw invalid(`the address is longer than ${MAX_URL_LENGTH} characters`);
  if (!PLAIN.test(text) || !URL.canParse(text)) throw invalid('this is not a URL in plain characters');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw invalid('give an address that begins with https://');
  if (url.username !== '' || url.password !== '')
    throw invalid('an address with a user or password in it is not taken');
  if (url.hash !== '') throw invalid('a part behind # is never sent: leave it out');
  const host = hostOf(url);
  if (isIP(host) !== 0) {
    const problem = problemOf(url, host, allowed);
    if (problem !== null) throw invalid(problem);
  }
  return url;
}

/** Without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

export function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
}

/**
 * The addresses that may be connected to. One forbidden address among several forbids them all: which of them a
 * connection would take is chance. Throws `channel_refused`, `channel_unavailable` when the name cannot be asked for.
 */
export async function checkedAddresses(
  url: URL,
  attempted: string,
  { resolve, allowed }: { readonly resolve: ResolveHost; readonly allowed: Networks },
): Promise<readonly string[]> {
  const host = hostOf(url);
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  if (addresses.length === 0) throw unavailable({ attempted, detail: 'its name has no address' });
  for (const address of addresses) {
    const detail = problemOf(url, address, allowed);
    if (detail !== null) throw refused({ attempted, detail, remedy: ALLOWING });
  }
  return addresses;
}

const ALLOWING =
  'Where this is meant, whoever runs the server adds the address or network to HOLDFAST_WEBHOOK_NETWORKS and restarts it.';

function problemOf(url: URL, address: string, allowed: Networks): string | null {
  if (allowed(address)) return null;
  if (isForbidden(address)) return 'it leads to an address that is not a public one';
  return url.protocol === 'https:' ? null : 'without TLS (http://) only allowed networks can be reached';
}

/** Gives a connection the addresses that were checked, whatever it asks for. */
export function lookupOf(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, answer) => {
    const [first] = found;
    if (options.all) answer(null, found);
    else answer(null, first?.address ?? '', first?.family);
  };
}
