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

/** zxcvbn's time grows with the square of the length (measured: 1.6 s for 256 characters); a start that is strong suffices. */
const JUDGED_CHARACTERS = 64;

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
  });
  const words = hints.flatMap((hint) => [hint, ...hint.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word.length > 2);
  const { score, feedback } = zxcvbn.check(password.slice(0, JUDGED_CHARACTERS), ['holdfast', ...words]);
  return { score, warning: feedback.warning ?? null, suggestions: feedback.suggestions };
}
