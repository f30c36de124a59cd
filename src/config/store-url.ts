/** Where stores and records lie is said by URL, `file:///srv/objects`; secrets are never part of one. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Hears of a value that cannot be used: one or more whole sentences. */
export type Mistake = (text: string) => void;

/** The absolute path that a `file:` URL names; `fallback`, and a mistake told, when it names none. */
export function fileFromUrl(name: string, kind: string, text: string, fallback: string, mistake: Mistake): string {
  const shown = withoutSecrets(text);
  try {
    const url = new URL(text);
    if (url.protocol !== 'file:') {
      mistake(
        `${name} is “${shown}”: this build keeps ${kind} (file:///path); ${url.protocol} URLs are not supported.`,
      );
      return fallback;
    }
    if (url.search !== '' || url.hash !== '') mistake(`${name} is “${shown}”: a file URL here takes no query.`);
    return resolve(fileURLToPath(url));
  } catch {
    mistake(`${name} is “${shown}”: a URL such as file:///srv/holdfast is wanted.`);
    return fallback;
  }
}

/** The name of a profile in the shared AWS files; what AWS takes beyond that has no place in a URL. */
export function isProfile(text: string): boolean {
  return /^[A-Za-z0-9_.@-]{1,64}$/.test(text);
}

/** User names, passwords and queries of URLs may be secrets and do not belong in messages. */
export function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//…@').replace(/\?.*$/, '?…');
}
