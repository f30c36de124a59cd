/** Where an anonymous request goes: by path or by virtual host, and on to the Region that AWS names. */
import type { AnonymousAnswer } from './anonymous-client.ts';

/** `virtual-host`: the bucket's name is a part of the host's. Names with dots have no certificate there. */
export const addressStyles = ['path', 'virtual-host'] as const;
export type AddressStyle = (typeof addressStyles)[number];

/** How often somebody is sent on. */
export const REDIRECTS = 3;

/** Of a URL in path style the same one in `style`. */
export function styled(url: URL, bucket: string, style: AddressStyle): URL {
  if (style === 'path') return url;
  const host = new URL(url);
  host.hostname = `${bucket}.${url.hostname}`;
  host.pathname = url.pathname.slice(bucket.length + 1) || '/';
  return host;
}

/** The Region that a store sends the asker to. Its address is made here: where the answer leads is not gone to. */
export function regionIn({ status, headers }: AnonymousAnswer): string | null {
  const region = headers['x-amz-bucket-region'];
  const away = status === 301 || status === 307 || status === 308 || status === 400;
  return away && typeof region === 'string' && /^[a-z0-9-]{2,40}$/.test(region) ? region : null;
}
