/**
 * The first name that an object of a JSON text gives twice; `null`: none does. JSON.parse keeps the last one and other
 * readers the first or both, so such a policy means something else to each. `document` is what the text was read as.
 */
export function repeatedName(text: string, document: unknown): string | null {
  // Where every name has its member, none can be there twice.
  return namesIn(text) === membersIn(document, 0) ? null : firstRepeated(text);
}

/** Colons outside of strings: there is one behind every name. */
function namesIn(text: string): number {
  let names = 0;
  let quoted = false;
  for (let position = 0; position < text.length; position += 1) {
    const character = text.charCodeAt(position);
    if (character === QUOTE) quoted = !quoted;
    else if (character === COLON && !quoted) names += 1;
    // What follows is no end of the string.
    else if (character === BACKSLASH) position += 1;
  }
  return names;
}

/** Policies are five deep. Deeper than this nothing is counted, and the text is gone through. */
const DEPTH = 16;

function membersIn(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === DEPTH) return Number.NaN;
  let members = 0;
  if (Array.isArray(value)) for (const each of value as unknown[]) members += membersIn(each, depth + 1);
  else for (const name in value) members += 1 + membersIn((value as Record<string, unknown>)[name], depth + 1);
  return members;
}

function firstRepeated(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  let position = 0;
  while (position < text.length) {
    const character = text.charCodeAt(position);
    if (character === QUOTE) {
      const end = endOfString(text, position);
      const names = open.at(-1);
      if (names && isName(text, end)) {
        const written = text.slice(position, end);
        const name = written.includes('\\') ? String(JSON.parse(written)) : written.slice(1, -1);
        if (names.has(name)) return name;
        names.add(name);
      }
      position = end;
      continue;
    }
    if (character === OBJECT) open.push(new Set());
    else if (character === ARRAY) open.push(null);
    else if (character === OBJECT_END || character === ARRAY_END) open.pop();
    position += 1;
  }
  return null;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const ARRAY = 0x5b;
const ARRAY_END = 0x5d;

/** Behind the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
  return text.length;
}

function isName(text: string, end: number): boolean {
  let next = end;
  while (text.charCodeAt(next) <= 0x20) next += 1;
  return text.charCodeAt(next) === COLON;
}
