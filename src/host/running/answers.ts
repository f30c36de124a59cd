/** What a check says on its third descriptor: words with their fields, all ended by NUL. */
import { isUtf8 } from 'node:buffer';
import { severities, type Severity } from '../../findings/index.ts';

export type Verdict =
  | {
      readonly verdict: 'fail';
      /** `null`: that of the check. */
      readonly severity: Severity | null;
      readonly resource: string;
      readonly evidence: string;
      /** `null`: that of the check. */
      readonly remedy: string | null;
    }
  | { readonly verdict: 'pass'; readonly resource: string | null; readonly evidence: string | null }
  | { readonly verdict: 'not_applicable'; readonly reason: string }
  | { readonly verdict: 'unknown'; readonly resource: string | null; readonly reason: string };

/** Something that a fix wants changed: `set_mode` with `['/etc/shadow', '0640']`. */
export interface Wanted {
  readonly operation: string;
  readonly words: readonly string[];
}

export interface Answers {
  /** The file that holds what the check would know the present state by; `null`: it keeps nothing. */
  readonly remembered: string | null;
  readonly verdicts: readonly Verdict[];
  readonly wanted: readonly Wanted[];
  /** It came to its end, and said nothing that is no answer. */
  readonly complete: boolean;
}

/** 10,000 findings of 400 bytes; what says more than that is no check. */
export const MAX_ANSWER_BYTES = 4 * 2 ** 20;

/** Never throws: what cannot be read is not `complete`. */
export function parseAnswers(bytes: Buffer): Answers {
  const fields = fieldsOf(bytes);
  fields.pop();
  const verdicts: Verdict[] = [];
  const wanted: Wanted[] = [];
  let remembered: string | null = null;
  let at = 0;
  while (at < fields.length) {
    const [word = '', number = ''] = fields.slice(at, at + 2);
    const words = fields.slice(at + 2, at + 2 + Number(number));
    if (!/^[0-9]{1,3}$/.test(number) || words.length !== Number(number))
      return { remembered, verdicts, wanted, complete: false };
    at += 2 + words.length;
    const [first = '', ...rest] = words;
    if (word === 'end') return { remembered, verdicts, wanted, complete: at === fields.length };
    if (word === 'remember') remembered = first;
    else if (word === 'want' && first !== '') wanted.push({ operation: first, words: rest });
    else {
      const verdict = verdictOf(word, words);
      if (verdict === null) return { remembered, verdicts, wanted, complete: false };
      verdicts.push(verdict);
    }
  }
  return { remembered, verdicts, wanted, complete: false };
}

/** Ended by NUL each; the last is what came after the last NUL. */
export function fieldsOf(bytes: Buffer): string[] {
  if (isUtf8(bytes)) return bytes.toString('utf8').split('\0');
  return bytes.toString('latin1').split('\0').map(textOf);
}

/** A name need not be UTF-8: then what is no ASCII is written out, so that two names stay two. `latin1`: a byte a character. */
function textOf(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return latin1.replace(/[\u0080-\u00ff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}

function verdictOf(word: string, words: readonly string[]): Verdict | null {
  const [one = '', two = '', three = '', four = ''] = words;
  switch (word) {
    case 'fail': {
      const severity = severities.find((each) => each === one) ?? null;
      if (two === '' || (one !== '' && severity === null)) return null;
      return { verdict: 'fail', severity, resource: two, evidence: three, remedy: four || null };
    }
    case 'pass':
      return { verdict: 'pass', resource: one || null, evidence: two || null };
    case 'not_applicable':
      return { verdict: 'not_applicable', reason: one };
    case 'unknown':
      return { verdict: 'unknown', resource: one || null, reason: two };
    default:
      return null;
  }
}
