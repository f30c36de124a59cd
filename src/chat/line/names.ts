/** What may be a name on the line, and when two names are the same. */

export const MAX_NAME_CHARACTERS = 32;

// Beside blanks and the two marks of the protocol: whatever cannot be seen, so that no two names look alike that differ.
const NOT_IN_NAMES = /[\p{White_Space}\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}@:]/u;

/** The name in Unicode's composed form (NFC), 1 to 32 characters; `null`: not a name. */
export function nameOf(text: string): string | null {
  const name = text.normalize('NFC');
  if (name === '' || NOT_IN_NAMES.test(name)) return null;
  return Array.from(name).length <= MAX_NAME_CHARACTERS ? name : null;
}

/** How a bot is marked in front of what it says: no handle has brackets, and no visitor gets a name that begins with one. */
export function botMark(name: string): string {
  return `[${name}]`;
}

/** Whether a name could be taken for a {@link botMark}: it begins with an opening bracket of whatever shape. */
export function looksLikeBot(name: string): boolean {
  return /^\p{Open_Punctuation}/u.test(name.normalize('NFKC'));
}

/** Equal for names that differ in case or composition alone. */
export function foldName(name: string): string {
  // Upper case first: it brings ß and ss, σ and ς together, which lower case alone leaves apart.
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}
