/** The account at an authority, bound to one that somebody has with it otherwise where it wants that (RFC 8555 section 7.3.4). */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { HoldfastError } from '../../base/errors.ts';
import { tlsErrors } from '../errors.ts';
import type { AccountKey } from './acme-signing.ts';
import { acmeErrors } from './errors.ts';

export interface ExternalAccount {
  /** What the authority calls the key. */
  readonly keyId: string;
  readonly key: KeyObject;
}

export interface AccountAsked<Reply> {
  readonly post: (url: string, payload: object) => Promise<Reply>;
  /** Where accounts are made. */
  readonly url: string;
  readonly email: string | null;
  readonly jwk: AccountKey['jwk'];
  readonly external: ExternalAccount | null;
  readonly isExternalWanted: boolean;
  /** Named in errors. */
  readonly authority: string;
}

/** Keys of authorities have 32 to 64 bytes; a longer text is none. */
const MAX_LETTERS = 4096;
const UNKNOWN = 'urn:ietf:params:acme:error:accountDoesNotExist';

/** Reads the key as authorities give it, in base64url. Throws `tls_unreadable`, which repeats nothing of it. */
export async function readExternalAccount(keyId: string, keyFile: string): Promise<ExternalAccount> {
  const attempted = `Read HOLDFAST_ACME_EAB_KEY_FILE, ${keyFile}`;
  let text: string;
  try {
    text = (await readFile(keyFile, 'utf8')).trim();
  } catch (cause) {
    throw tlsErrors('tls_unreadable', { attempted, detail: (cause as NodeJS.ErrnoException).code ?? '', cause });
  }
  if (text.length > MAX_LETTERS || !/^[A-Za-z0-9_-]{22,}={0,2}$/.test(text)) {
    throw tlsErrors('tls_unreadable', { attempted, detail: 'it is no key in base64url of 16 bytes or more' });
  }
  return { keyId, key: createSecretKey(Buffer.from(text, 'base64url')) };
}

/**
 * Finds or makes the account of the key. One that is there is not bound again: some authorities let a key bind one account and no other.
 * Throws `acme_account_wanted` and what asking throws.
 */
export async function enterAccount<Reply>(asked: AccountAsked<Reply>): Promise<Reply> {
  const { post, url, email, external } = asked;
  const terms = { termsOfServiceAgreed: true, ...(email !== null && { contact: [`mailto:${email}`] }) };
  if (!asked.isExternalWanted && external === null) return await post(url, terms);
  const known = await post(url, { onlyReturnExisting: true }).catch((error: unknown) => {
    if (error instanceof HoldfastError && error.extra['acmeType'] === UNKNOWN) return null;
    throw error;
  });
  if (known !== null) return known;
  if (external === null) throw acmeErrors('acme_account_wanted', { attempted: `Enter into ${asked.authority}` });
  return await post(url, { ...terms, externalAccountBinding: binding(external, url, asked.jwk) });
}

/** The public key of our account, signed with the key that the authority gave. */
function binding({ keyId, key }: ExternalAccount, url: string, jwk: AccountKey['jwk']): object {
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const [head, payload] = [encoded({ alg: 'HS256', kid: keyId, url }), encoded(jwk)];
  const signature = createHmac('sha256', key).update(`${head}.${payload}`).digest('base64url');
  return { protected: head, payload, signature };
}
