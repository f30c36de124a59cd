/** Uids as three words, which is how ours are made (records/flow-id.ts); any other is known by what its text hashes to. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const OURS = /^C[0-9A-Za-z]{18}$/;
const DIGITS_OF_A_WORD = 6;

export interface UidWords {
  readonly words: readonly [number, number, number];
  /** Its text can be made of the words. */
  readonly isOurs: boolean;
}

export function uidWords(uid: string): UidWords {
  if (OURS.test(uid)) {
    const words = [wordAt(uid, 1), wordAt(uid, 7), wordAt(uid, 13)] as const;
    if (words.every((word) => word < 2 ** 32)) return { words, isOurs: true };
  }
  return { words: [hash(uid, 1), hash(uid, 2), hash(uid, 3)], isOurs: false };
}

export function uidText(a: number, b: number, c: number): string {
  return `C${digitsOf(a)}${digitsOf(b)}${digitsOf(c)}`;
}

/** The least digit first. */
function wordAt(uid: string, at: number): number {
  let word = 0;
  for (let digit = DIGITS_OF_A_WORD - 1; digit >= 0; digit -= 1) word = word * 62 + valueOf(uid.charCodeAt(at + digit));
  return word;
}

function valueOf(code: number): number {
  if (code < 65) return code - 48;
  return code < 97 ? code - 55 : code - 61;
}

function digitsOf(word: number): string {
  let text = '';
  for (let digit = 0; digit < DIGITS_OF_A_WORD; digit += 1) {
    const rest = Math.floor(word / 62);
    text += DIGITS[word - rest * 62]!;
    word = rest;
  }
  return text;
}

function hash(text: string, round: number): number {
  let bits = Math.imul(round, 0x9e3779b1);
  for (let at = 0; at < text.length; at += 1) bits = Math.imul(bits ^ text.charCodeAt(at), 0x01000193);
  return (bits ^ (bits >>> 15)) >>> 0;
}
