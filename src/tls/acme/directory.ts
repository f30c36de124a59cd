/** What an authority offers and wants, and where (RFC 8555 section 7.1.1). */
import { type AcmeRequest, askAcme, hostOf, jsonOf } from './acme-request.ts';
import { acmeErrors } from './errors.ts';

export interface AcmeDirectory {
  readonly newNonce: string;
  readonly newAccount: string;
  readonly newOrder: string;
  /** Where it says when to renew (RFC 9773); `null`: it does not. */
  readonly renewalInfo: string | null;
  /** Names of profiles that certificates may be asked for with. */
  readonly profiles: ReadonlySet<string>;
  /** It serves those alone who have an account with it otherwise. */
  readonly wantsExternalAccount: boolean;
}

export interface DirectoryOptions extends Pick<AcmeRequest, 'ca' | 'userAgent' | 'timeoutMs' | 'signal'> {
  readonly directoryUrl: string;
}

/** Throws `acme_unreachable`, `acme_answer_invalid`. */
export async function readDirectory(options: DirectoryOptions): Promise<AcmeDirectory> {
  const { directoryUrl } = options;
  const found = await askAcme({ ...options, url: directoryUrl, method: 'GET' });
  const directory = found.status === 200 ? jsonOf(found) : {};
  const [newNonce, newAccount, newOrder, renewalInfo] = ['newNonce', 'newAccount', 'newOrder', 'renewalInfo'].map(
    (name) => urlIn(directory, name, directoryUrl),
  );
  if (newNonce === undefined || newAccount === undefined || newOrder === undefined) throw noDirectory(directoryUrl);
  const { profiles, externalAccountRequired } = (directory['meta'] ?? {}) as Readonly<Record<string, unknown>>;
  return {
    ...{ newNonce, newAccount, newOrder, renewalInfo: renewalInfo ?? null },
    profiles: new Set(typeof profiles === 'object' && profiles !== null ? Object.keys(profiles) : []),
    wantsExternalAccount: externalAccountRequired === true,
  };
}

export function noDirectory(url: string): Error {
  return acmeErrors('acme_answer_invalid', { attempted: `Ask ${hostOf(url)}`, detail: 'it is no ACME directory' });
}

function urlIn(directory: Readonly<Record<string, unknown>>, name: string, base: string): string | undefined {
  const text = directory[name];
  const url = typeof text === 'string' ? URL.parse(text, base) : null;
  return url?.protocol === 'https:' ? url.href : undefined;
}
