import { createSecretKey, type KeyObject } from 'node:crypto';
import { hasCode } from '../../base/errors.ts';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { keys, type PreferencesRow } from '../records.ts';

/** What somebody chose for all rooms. */
export interface Preferences {
  /** Accounts whose messages are not shown to them and not counted; never their own. */
  readonly ignored: readonly string[];
  /** Words that count as being named, folded to lower case. */
  readonly keywords: readonly string[];
}

const NONE: Preferences = { ignored: [], keywords: [] };

/** Under the first generation of the workspace key for good: the row is rewritten seldom, and it is nothing secret to us. */
const keyOf = ({ workspaceKey }: ChatDeps): KeyObject => createSecretKey(workspaceKey.derive('chat-preferences', 1));

const contextOf = (accountId: string): string[] => ['holdfast/v1/chat', 'preferences', accountId];

/** As many people and words, so that looking for them costs no more than a message does. */
export const MOST_IGNORED = 200;
export const MOST_KEYWORDS = 50;
export const MOST_KEYWORD_CHARACTERS = 64;
const ATTEMPTS = 8;

export async function readPreferences(deps: ChatDeps, accountId: string): Promise<Preferences> {
  return (await readRow(deps, accountId)).preferences;
}

async function readRow(
  deps: ChatDeps,
  accountId: string,
): Promise<{ readonly preferences: Preferences; readonly revision: string | null }> {
  const { pk, sk } = keys.preferences(accountId);
  const item = await deps.records.get<PreferencesRow>(pk, sk);
  const plain = item && unseal(keyOf(deps), contextOf(accountId), item.value.sealed);
  return {
    preferences: plain ? (JSON.parse(plain.toString()) as Preferences) : NONE,
    revision: item?.revision ?? null,
  };
}

/** A text as words are kept that somebody watches for, which are looked for in it. */
export function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** Whether one of somebody's words stands in a {@link folded} text, also within a longer word. */
export function holdsOne(foldedText: string, keywords: readonly string[]): boolean {
  return keywords.some((word) => foldedText.includes(word));
}

/**
 * Changes them as they are by then. Throws `chat_member_not_found` when one is ignored from now on who is not there,
 * `chat_choices_full`, `chat_busy`.
 */
export async function changePreferences(
  deps: ChatDeps,
  accountId: string,
  change: (now: Preferences) => Preferences,
): Promise<Preferences> {
  for (let attempt = 1; ; attempt += 1) {
    const { preferences: now, revision } = await readRow(deps, accountId);
    const preferences = await checked(deps, accountId, now, change(now));
    const sealed = seal(keyOf(deps), contextOf(accountId), Buffer.from(JSON.stringify(preferences)));
    const condition = revision === null ? 'absent' : { revision };
    try {
      await deps.records.transact([{ op: 'put', ...keys.preferences(accountId), value: { sealed }, if: condition }]);
      return preferences;
    } catch (error) {
      if (!hasCode(error, 'record_conflict')) throw error;
      if (attempt === ATTEMPTS) throw chatErrors('chat_busy', { attempted: 'Keep what you chose', cause: error });
    }
  }
}

async function checked(deps: ChatDeps, accountId: string, now: Preferences, wanted: Preferences): Promise<Preferences> {
  const ignored = [...new Set(wanted.ignored)].filter((each) => each !== accountId);
  const keywords = [...new Set(wanted.keywords.map((word) => folded(word.trim())))].filter((word) => word !== '');
  if (ignored.length > MOST_IGNORED || keywords.length > MOST_KEYWORDS) throw chatErrors('chat_choices_full');
  if (keywords.some((word) => word.length > MOST_KEYWORD_CHARACTERS)) throw chatErrors('chat_choices_full');
  // Whoever was ignored before may be gone by now.
  for (const each of ignored) {
    if (now.ignored.includes(each) || (await deps.person(each))) continue;
    throw chatErrors('chat_member_not_found', { attempted: 'Ignore somebody' });
  }
  return { ignored, keywords };
}
