/** What the list of hosts is narrowed to, as it stands in the address of the page and as the server is asked. */
import { type SortSearch, sortSearchFrom } from '../../../base/lists/sorting.ts';
import { type HostState, hostStates } from '../words.ts';

export interface HostsFilter {
  /** Several, with commas. */
  readonly state?: string;
  readonly text?: string;
}

/** Reads an address that anybody may have typed: what is no filter is left out. */
export function hostsFilterFrom(search: Readonly<Record<string, unknown>>): HostsFilter {
  const state = statesOf(word(search['state']));
  const text = word(search['text'])?.slice(0, 256);
  return {
    ...(state.length === 0 ? {} : { state: state.join(',') }),
    ...(text === undefined ? {} : { text }),
  };
}

export function hostsSearchFrom(search: Readonly<Record<string, unknown>>): HostsFilter & SortSearch {
  return { ...hostsFilterFrom(search), ...sortSearchFrom(search) };
}

/** Digits alone come out of an address as a number. */
function word(given: unknown): string | undefined {
  const text = typeof given === 'number' ? String(given) : given;
  return typeof text === 'string' && text.trim() !== '' ? text : undefined;
}

export function statesOf(words: string | undefined): HostState[] {
  const given = new Set<string>(words?.split(','));
  return hostStates.filter((each) => given.has(each));
}

/** `''`: none is chosen. */
export function withState(words: string | undefined, state: HostState, on: boolean): string {
  const before = statesOf(words);
  return hostStates.filter((each) => (each === state ? on : before.includes(each))).join(',');
}

export function queryOf({ state, text }: HostsFilter): URLSearchParams {
  return new URLSearchParams({ ...(state === undefined ? {} : { state }), ...(text === undefined ? {} : { q: text }) });
}

/** The number of a scan or a state, which are counted from 1. */
export function numberFrom(given: unknown): number | undefined {
  return typeof given === 'number' && Number.isSafeInteger(given) && given > 0 && given < 1e9 ? given : undefined;
}

export interface FromToSearch {
  readonly from?: number;
  readonly to?: number;
}

export function fromToFrom(search: Readonly<Record<string, unknown>>): FromToSearch {
  const [from, to] = [numberFrom(search['from']), numberFrom(search['to'])];
  return from === undefined || to === undefined ? {} : { from, to };
}

/** For the address, of the ids of two scans or states. */
export function fromTo(from: string, to: string): FromToSearch {
  return { from: Number(from), to: Number(to) };
}
