/**
 * Names come from other people. In a terminal a control character can move the cursor, hide a line or send keys, and
 * a bidi control can make `gpj.exe` read `exe.jpg`. So whatever is not plainly visible is written out.
 */

// Control characters and lone surrogates; soft hyphen, Arabic letter mark, zero-width and bidi controls, separators,
// BOM, interlinear marks, tags.
const UNSEEN =
  /\p{Cc}|\p{Cs}|[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** The text with every unseen character as `\u{202e}`; zero-width joiners stay, emoji and several scripts need them. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (found) => `\\u{${found.codePointAt(0)?.toString(16) ?? ''}}`);
}

/** For sentences: “name”, made visible, and cut in its middle when longer than `limit` characters. */
export function quoted(text: string, limit = 120): string {
  const shown = visible(text);
  const points = Array.from(shown);
  if (points.length <= limit) return `“${shown}”`;
  const kept = Math.floor((limit - 1) / 2);
  return `“${points.slice(0, kept).join('')}…${points.slice(-kept).join('')}”`;
}

/** Characters that JSON lets stand in a text and a terminal acts on. */
const ACTED_ON = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A value on one line of JSON, the same to every program that reads it, with nothing in it that a terminal acts on. */
export function visibleJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.replace(ACTED_ON, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
