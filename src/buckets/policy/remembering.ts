/**
 * A pure function of a text that keeps its answers, because policies say the same things again and again. They are
 * written by strangers: what they make up must not pile up, so that after `limit` answers all are forgotten.
 */
export function remembering<Answer>(limit: number, answer: (text: string) => Answer): (text: string) => Answer {
  const answers = new Map<string, Answer>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    if (answers.size >= limit) answers.clear();
    const found = answer(text);
    answers.set(text, found);
    return found;
  };
}
