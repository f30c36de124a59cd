import { commandErrors } from '../../base/commands/errors.ts';

const LOOPBACK = /^(localhost|(.+\.)?localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The one spelling of a server's address: scheme, host, port and base path, no slash at the end.
 * Throws `server_url_invalid`, and `plain_http_refused` for http:// that leaves this computer.
 */
export function serverUrl(text: string): string {
  const attempted = 'Read the address of the server';
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    const remedy = /^[\w.-]+(:\d+)?(\/|$)/.test(text) ? `Write it with its scheme: https://${text}` : undefined;
    throw commandErrors('server_url_invalid', { attempted, ...(remedy && { remedy }), cause });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw commandErrors('server_url_invalid', { attempted, detail: `it starts with ${url.protocol}` });
  }
  if (url.username || url.password) {
    throw commandErrors('server_url_invalid', {
      attempted,
      detail: 'it carries a user name or password',
      remedy: 'Leave them out; holdfast login asks for the password.',
    });
  }
  if (url.search || url.hash) {
    throw commandErrors('server_url_invalid', { attempted, detail: 'it has a ? or # part' });
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw commandErrors('plain_http_refused', { attempted: `Talk to ${url.origin}` });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
