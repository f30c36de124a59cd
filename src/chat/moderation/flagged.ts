/** What the room's filter found in a message, and what follows for whom. */
import { type RoomEvent, textOf } from '../messages/content.ts';
import type { Flagged } from './filter/filter.ts';

/** What was found in the text that counts. */
export function flaggedOf({ content, changes }: RoomEvent): Flagged | null {
  if (changes?.flagged !== undefined) return changes.flagged;
  return (content?.kind === 'message' ? content.flagged : undefined) ?? null;
}

/** The words for which everybody is shown the text only when they ask for it. */
export function blurredIn(event: RoomEvent): readonly string[] {
  const flagged = textOf(event) === null ? null : flaggedOf(event);
  return flagged?.mode === 'blur' ? flagged.words : [];
}

/** What the author of a message is told when something was found in it. */
export function explanationOf({ mode }: Flagged): string {
  return mode === 'blur'
    ? 'It was sent as it is. By the rules of this room these words are shown blurred until somebody asks for them.'
    : 'It was sent as it is, and nobody else is shown this. By the rules of this room its words are looked through.';
}
