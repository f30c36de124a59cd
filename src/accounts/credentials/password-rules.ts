import type { AccountDeps } from '../account-deps.ts';
import { accountErrors } from '../errors.ts';

const MIN_CHARACTERS = 8;
const MAX_CHARACTERS = 256;

export type PasswordFeedback = {
  /** 0 (guessed at once) to 4 (withstands even an attack on stolen records). */
  readonly score: number;
  /** Whether it would be taken. */
  readonly acceptable: boolean;
  readonly warning: string | null;
  readonly suggestions: readonly string[];
};

/** Counted as people count, in code points after NFC. Half a surrogate pair is no character. */
export function hasPasswordLength(password: string): boolean {
  const length = Array.from(password.normalize('NFC')).length;
  return length >= MIN_CHARACTERS && length <= MAX_CHARACTERS && password.isWellFormed();
}

/** What is good or bad about a password, without doing anything with it. Throws `busy`. */
export async function passwordFeedback(
  password: string,
  hints: readonly string[],
  { kdf, settings }: Pick<AccountDeps, 'kdf' | 'settings'>,
): Promise<PasswordFeedback> {
  if (!hasPasswordLength(password)) {
    const { title } = accountErrors.entries.password_length;
    return { score: 0, acceptable: false, warning: `${title}.`, suggestions: [] };
  }
  const { score, warning, suggestions } = await kdf.strength(password.normalize('NFC'), hints);
  return { score, acceptable: score >= settings.passwordMinScore, warning, suggestions };
}

/** Throws `password_length`, `password_too_easy` (with the feedback in `extra`), `busy`. */
export async function checkedNewPassword(
  password: string,
  hints: readonly string[],
  deps: Pick<AccountDeps, 'kdf' | 'settings'>,
): Promise<void> {
  const attempted = 'Set the password';
  if (!hasPasswordLength(password)) throw accountErrors('password_length', { attempted });
  const feedback = await passwordFeedback(password, hints, deps);
  if (feedback.acceptable) return;
  const { score, warning, suggestions } = feedback;
  const remedy = suggestions.length > 0 ? { remedy: suggestions.join(' ') } : {};
  const detail = warning ? { detail: warning.replace(/\.$/, '') } : {};
  throw accountErrors('password_too_easy', { attempted, ...detail, ...remedy, extra: { score, warning, suggestions } });
}
