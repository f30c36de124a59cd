import { createSecretKey, type KeyObject } from 'node:crypto';
import { seal, unseal } from '../../base/sealed-box.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { keys, type PreferencesRow } from '../records.ts';

/** What somebody chose for all rooms. */
export interface Preferences {
  /** Accounts whose messages are not shown to them and not counted. */
  readonly ignored: readonly string[];
  /** Words that count as being named, folded to lower case. */
  readonly keywords: readonly string[];
}

const NONE: Preferences = { ignored: [], keywords: [] };

/** Under the first generation of the workspace key for good: the row is rewritten seldom, and it is nothing secret to us. */
const keyOf = ({ workspaceKey }: ChatDeps): KeyObject => createSecretKey(workspaceKey.derive('chat-preferences', 1));

const contextOf = (accountId: string): string[] => ['holdfast/v1/chat', 'preferences', accountId];

export async function readPreferences(deps: ChatDeps, accountId: string): Promise<Preferences> {
  const { pk, sk } = keys.preferences(accountId);
  const item = await deps.records.get<PreferencesRow>(pk, sk);
  const plain = item && unseal(keyOf(deps), contextOf(accountId), item.value.sealed);
  return plain ? (JSON.parse(plain.toString()) as Preferences) : NONE;
}

/** A text as words are kept that somebody watches for, which are looked for in it. */
export function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** Whether one of somebody's words stands in a {@link folded} text, also within a longer word. */
export function holdsOne(foldedText: string, keywords: readonly string[]): boolean {
  return keywords.some((word) => foldedText.includes(word));
}

/** Replaces them. Throws `chat_member_not_found` when one is ignored who is not there. */
export async function writePreferences(
  deps: ChatDeps,
  accountId: string,
  { ignored, keywords }: Preferences,
): Promise<Preferences> {
  for (const each of ignored) {
    if (!(await deps.person(each))) throw chatErrors('chat_member_not_found', { attempted: 'Ignore somebody' });
  }
  const words = [...new Set(keywords.map((word) => folded(word.trim())))].filter((word) => word !== '');
  const preferences = { ignored: [...new Set(ignored)], keywords: words };
  const sealed = seal(keyOf(deps), contextOf(accountId), Buffer.from(JSON.stringify(preferences)));
  await deps.records.transact([{ op: 'put', ...keys.preferences(accountId), value: { sealed } }]);
  return preferences;
}
