/** How an organisation is called in names of buckets: as it says, by its domains, and as its own names show. */
import { commonWords } from './common-words.ts';
import { takeApartFor, type Owner } from './tokens.ts';

/** A word that so many of the own names begin with, and this part of them, is the organisation's. */
const SEEN_IN = 3;
const PART_OF_ALL = 0.2;
const SAID_BY_ALL = new Set(commonWords);

/** `Acme Corp.` is looked for as `acme-corp`, `acmecorp` and `acme`; `www.acme.example` as `acme`, and as it stands. */
export function ownerNames(names: readonly string[], domains: readonly string[]): readonly string[] {
  const said = names.flatMap((name) => {
    const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
    return [words.join('-'), words.join(''), words[0] ?? ''];
  });
  const named = domains.flatMap((domain) => {
    const labels = domain
      .toLowerCase()
      .replace(/^www\.|\.$/g, '')
      .split('.');
    return [labels[0] ?? '', labels.join('.'), labels.join('-')];
  });
  return [...new Set([...said, ...named])].filter((name) => name.length >= 2);
}

/** Words of the organisation that its own list of buckets gives away, beside those that are known. */
export function learnedNames(own: readonly string[], owner: Owner): readonly string[] {
  const takeApart = takeApartFor(owner);
  const seen = new Map<string, number>();
  for (const name of own) {
    const [first] = takeApart(name);
    if (first?.kind === 'word' && first.text.length >= 3) seen.set(first.text, (seen.get(first.text) ?? 0) + 1);
  }
  return [...seen]
    .filter(([text, times]) => times >= SEEN_IN && times >= own.length * PART_OF_ALL && !SAID_BY_ALL.has(text))
    .map(([text]) => text);
}
