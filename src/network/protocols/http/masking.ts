/** What stands where a secret stood. */
const MASK = '***';

/** Names whose values log somebody in. */
const SECRET_NAME =
  /pass|pwd|secret|token|api[-_]?key|^key$|[-_]key$|sign?(ature)?$|^sig|auth|credential|session|^sid$|sessid|jwt|^code$|otp|ticket|nonce|^state$|assertion|saml/i;
/** Twenty characters and more of letters with digits among them: hardly a word. */
const TOKEN = /^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_~+/=.%-]{20,}$/;
/** A number that long may be the one of a card, or of a session. */
const LONG_NUMBER = /^\d{20,}$/;

export const isTokenLike = (text: string): boolean => TOKEN.test(text) || LONG_NUMBER.test(text);

/** What stands before each of the parts that are masked. */
const MAY_HIDE = /[@?&;#]/;

/**
 * An address of the web without what would let its reader in: who it was asked for as (`user:password@`), and values of the query,
 * the fragment and of parameters in the path whose name or look says that they are secrets.
 */
export function masked(address: string): string {
  if (!MAY_HIDE.test(address)) return address;
  return address
    .replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/?#]*@/i, (_, scheme: string | undefined) => `${scheme ?? ''}//${MASK}@`)
    .replace(/([?&;#])([^=?&;#/]*)=([^?&;#]*)/g, (whole, sign: string, name: string, value: string) =>
      value !== '' && isSecret(name, value) ? `${sign}${name}=${MASK}` : whole,
    )
    .replace(/([?&#])([^=?&;#/]+)(?=$|[&#])/g, (whole, sign: string, value: string) =>
      isTokenLike(decoded(value)) ? `${sign}${MASK}` : whole,
    );
}

function isSecret(name: string, value: string): boolean {
  const plain = decoded(value);
  return SECRET_NAME.test(decoded(name)) || isTokenLike(plain) || isTokenLike(value);
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
