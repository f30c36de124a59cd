/**
 * The first name that an object of a JSON text gives twice; `null`: none does. JSON.parse keeps the last one and other
 * readers the first or both, so such a policy means something else to each. The text must be JSON.
 */
export function repeatedName(text: string): string | null {
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
