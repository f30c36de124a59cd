/** What the list of buckets is narrowed to, as it stands in the address of the page and as the server is asked. */
import { severitiesOf } from '../findings/filter.ts';
import { verdicts, type Verdict } from './words.ts';

export interface BucketsFilter {
  /** Several, with commas, worst first. */
  readonly verdict?: string;
  readonly severity?: string;
  readonly place?: string;
  readonly text?: string;
}

/** Reads an address that anybody may have typed: what is no filter is left out. */
export function bucketsFilterFrom(search: Readonly<Record<string, unknown>>): BucketsFilter {
  const verdict = verdictsOf(word(search['verdict']));
  const severity = severitiesOf(word(search['severity']));
  const place = word(search['place']);
  const text = word(search['text'])?.slice(0, 256);
  return {
    ...(verdict.length === 0 ? {} : { verdict: verdict.join(',') }),
    ...(severity.length === 0 ? {} : { severity: severity.join(',') }),
    ...(place !== undefined && /^[0-9a-f]{16}$/.test(place) ? { place } : {}),
    ...(text === undefined ? {} : { text }),
  };
}

/** Digits alone come out of an address as a number. */
function word(given: unknown): string | undefined {
  const text = typeof given === 'number' ? String(given) : given;
  return typeof text === 'string' && text.trim() !== '' ? text : undefined;
}

/** Worst first, whatever the order in which they were chosen. */
export function verdictsOf(words: string | undefined): Verdict[] {
  const given = new Set<string>(words?.split(','));
  return verdicts.filter((each) => given.has(each));
}

export function withVerdict(words: string | undefined, verdict: Verdict, on: boolean): string | undefined {
  const before = verdictsOf(words);
  const chosen = verdicts.filter((each) => (each === verdict ? on : before.includes(each)));
  return chosen.length === 0 ? undefined : chosen.join(',');
}

export function queryOf(filter: BucketsFilter): URLSearchParams {
  return new URLSearchParams(Object.entries(filter));
}
