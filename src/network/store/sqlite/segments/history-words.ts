/** Letters of a history as codes of five bits, six in a word: what flows/history.ts writes, from text and to it. */
const LETTERS = 'shadfrgtwiq^';
const BITS = 5;
const IN_A_WORD = 6;
const MOST = 30;

/** Code of a character of ASCII; -1: it is no letter of ours. */
const CODES = new Int8Array(128).fill(-1);
for (const [letter, character] of Array.from(LETTERS).entries()) {
  CODES[character.toUpperCase().charCodeAt(0)] = letter * 2;
  CODES[character.charCodeAt(0)] = letter * 2 + (character === '^' ? 0 : 1);
}

/** Calls `set` with each word; false: it has letters that are none of ours, or too many. */
export function historyWords(text: string, set: (word: number, bits: number) => void): boolean {
  if (text.length > MOST) return false;
  for (let word = 0; word * IN_A_WORD < text.length; word += 1) {
    let bits = 0;
    for (let place = 0; place < IN_A_WORD && word * IN_A_WORD + place < text.length; place += 1) {
      const code = CODES[text.charCodeAt(word * IN_A_WORD + place)] ?? -1;
      if (code < 0) return false;
      bits |= code << (BITS * place);
    }
    set(word, bits >>> 0);
  }
  return true;
}

export function historyText(length: number, wordAt: (word: number) => number): string {
  let text = '';
  for (let index = 0; index < length; index += 1) {
    const code = (wordAt(Math.floor(index / IN_A_WORD)) >>> (BITS * (index % IN_A_WORD))) & 31;
    const letter = LETTERS[code >> 1] ?? '?';
    text += code & 1 || letter === '^' ? letter : letter.toUpperCase();
  }
  return text;
}
