/** What a list of findings is narrowed to, as it stands in the address of the page and as the server is asked. */
import type { Severity, State, Verdict } from './words.ts';
import { severities, states } from './words.ts';

export interface FindingsFilter {
  /** Several, with commas. Left out: open. */
  readonly state?: State | 'all';
  /** Several, with commas, worst first. */
  readonly severity?: string;
  readonly verdict?: Verdict;
  readonly check?: string;
  readonly resource?: string;
  readonly source?: string;
  readonly text?: string;
}

/** Reads an address that anybody may have typed: what is no filter is left out. */
export function filterFrom(search: Readonly<Record<string, unknown>>): FindingsFilter {
  const state = [...states, 'all' as const].find((each) => each === search['state'] && each !== 'open');
  const severity = severitiesOf(word(search['severity']));
  const verdict = search['verdict'] === 'unknown' ? 'unknown' : undefined;
  const free = { check: 128, resource: 1024, source: 128, text: 256 } as const;
  const words = Object.entries(free).flatMap(([name, longest]) => {
    const given = word(search[name])?.slice(0, longest);
    return given === undefined ? [] : [[name, given] as const];
  });
  return {
    ...(state === undefined ? {} : { state }),
    ...(severity.length === 0 ? {} : { severity: severity.join(',') }),
    ...(verdict === undefined ? {} : { verdict }),
    ...Object.fromEntries(words),
  };
}

/** A search of digits alone comes out of an address as a number. */
function word(given: unknown): string | undefined {
  const text = typeof given === 'number' ? String(given) : given;
  return typeof text === 'string' && text.trim() !== '' ? text : undefined;
}

/** Worst first, whatever the order in which they were chosen. */
export function severitiesOf(words: string | undefined): Severity[] {
  const given = new Set(words?.split(','));
  return severities.filter((each) => given.has(each));
}

export function withSeverity(words: string | undefined, severity: Severity, on: boolean): string | undefined {
  const chosen = severities.filter((each) => (each === severity ? on : severitiesOf(words).includes(each)));
  return chosen.length === 0 ? undefined : chosen.join(',');
}

/** What somebody typed is part of a pattern unless it has a star of its own. */
export function queryOf({ check, resource, ...filter }: FindingsFilter): URLSearchParams {
  const query = new URLSearchParams(Object.entries(filter));
  if (check !== undefined) query.set('check', pattern(check));
  if (resource !== undefined) query.set('resource', pattern(resource));
  return query;
}

export function pattern(typed: string): string {
  const text = typed.trim();
  return text.includes('*') ? text : `*${text}*`;
}

export function isNarrowed({ state: _, ...filter }: FindingsFilter): boolean {
  return Object.keys(filter).length > 0;
}
