import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import * as english from '@zxcvbn-ts/language-en';

/** What is told about a password before it is accepted. */
export type PasswordStrength = {
  /** 0 (guessed at once) to 4 (withstands even an attack on stolen records). */
  readonly score: 0 | 1 | 2 | 3 | 4;
  readonly warning: string | null;
  readonly suggestions: readonly string[];
};

/**
 * What keeps a made-up password from occupying a worker: zxcvbn's time grows with the square of the length and with
 * every way to read `4@$1` as letters (measured on 64 such characters: 2.6 s with its default of 100 ways, 0.25 s with
 * 10, the same scores). A start that is strong suffices.
 */
const JUDGED_CHARACTERS = 64;
const SUBSTITUTIONS = 10;
const HINT_WORDS = 40;

let zxcvbn: ZxcvbnFactory | undefined;

/**
 * Judges a password. Loading the word lists takes half a second and over 100 MB, so this module is imported in a
 * password worker only. `hints` are words an attacker knows about the person (name, e-mail, handle).
 */
export function passwordStrength(password: string, hints: readonly string[]): PasswordStrength {
  zxcvbn ??= new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    translations: english.translations,
    l33tMaxSubstitutions: SUBSTITUTIONS,
  });
  const words = hints.flatMap((hint) => [hint, ...hint.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word.length > 2);
  const known = ['holdfast', ...words.slice(0, HINT_WORDS).map((word) => word.slice(0, JUDGED_CHARACTERS))];
  const { score, feedback } = zxcvbn.check(password.slice(0, JUDGED_CHARACTERS), known);
  return { score, warning: feedback.warning ?? null, suggestions: feedback.suggestions };
}
