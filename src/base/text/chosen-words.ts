/** Words of a fixed vocabulary, as a query names them: `open,fixed`. */

/**
 * `undefined` where none is named. A word that is none is refused with what `refuse` makes of it: which it was, and what to
 * do instead.
 */
export function chosenWords<Word extends string>(
  given: string | undefined,
  known: readonly Word[],
  refuse: (word: string, remedy: string) => Error,
): readonly Word[] | undefined {
  if (given === undefined || given === '') return undefined;
  return given.split(',').map((word) => {
    const found = known.find((each) => each === word.trim());
    if (found !== undefined) return found;
    throw refuse(word, `Use one or more of ${known.join(', ')}, with commas.`);
  });
}
