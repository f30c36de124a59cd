/** Lines for one alone. Between two accounts they are messages like others; those of and for visitors are kept nowhere. */
import type { LineHub, LinePerson } from './hub.ts';
import type { Presence } from './presence.ts';
import { words } from './words.ts';

export interface PrivateDeps {
  readonly hub: Pick<LineHub, 'ownerOf' | 'sayPrivately'>;
  readonly presence: Pick<Presence, 'tellPrivately'>;
}

export interface PrivateLineFrom {
  readonly name: string;
  /** `null`: a visitor. */
  readonly person: LinePerson | null;
}

/**
 * Keeps it first, where it is to be kept, and gives it to whoever of this name is on the line then. Answers what its
 * sender is told; `null`: nothing. Throws what {@link LineHub.sayPrivately} throws: then nobody has heard it.
 */
export async function sayPrivately(
  { hub, presence }: PrivateDeps,
  { name, person }: PrivateLineFrom,
  { to, text }: { readonly to: string; readonly text: string },
): Promise<string | null> {
  const line = { author: name, text };
  const owner = person && (await hub.ownerOf(to));
  if (!person || !owner || owner === 'reserved' || owner.accountId === person.accountId) {
    return presence.tellPrivately(to, line) ? null : words.unknown(to);
  }
  // The name in front says for whom it is, which the conversation says by itself.
  const kept = text.slice(to.length + 1).trim() || text;
  if ((await hub.sayPrivately(person, owner, kept)) === 'locked') return words.locked;
  presence.tellPrivately(owner.handle, line);
  return null;
}
