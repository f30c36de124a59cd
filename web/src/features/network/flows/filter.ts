/** What the list of flows is narrowed to, as it stands in the address of the page and as the server is asked. */
import { type RangeSearch, rangeFrom } from '../range.ts';
import { type ConnState, connStates } from './state-words.ts';

export const protocols = ['tcp', 'udp', 'icmp', 'unknown_transport'] as const;
export type Protocol = (typeof protocols)[number];

export interface FlowsFilter extends RangeSearch {
  /** Of either end. */
  readonly address?: string;
  /** Of the other end. */
  readonly peer?: string;
  readonly port?: string;
  readonly proto?: Protocol;
  readonly state?: ConnState;
  readonly service?: string;
  readonly text?: string;
  readonly sensor?: string;
}

/** Reads an address that anybody may have typed: what is no filter is left out. */
export function flowsFilterFrom(search: Readonly<Record<string, unknown>>): FlowsFilter {
  const [address, peer] = [word(search['address'], 64), word(search['peer'], 64)];
  const port = word(search['port'], 5);
  const [service, sensor] = [word(search['service'], 64), word(search['sensor'], 128)];
  const text = word(search['text'], 256);
  const proto = protocols.find((each) => each === search['proto']);
  const state = connStates.find((each) => each === search['state']);
  return {
    ...rangeFrom(search),
    ...(address === undefined ? {} : { address }),
    ...(peer === undefined ? {} : { peer }),
    ...(port !== undefined && isPort(port) ? { port } : {}),
    ...(proto === undefined ? {} : { proto }),
    ...(state === undefined ? {} : { state }),
    ...(service === undefined ? {} : { service }),
    ...(text === undefined ? {} : { text }),
    ...(sensor === undefined ? {} : { sensor }),
  };
}

/** Digits alone come out of an address as a number. */
function word(given: unknown, most: number): string | undefined {
  const text = typeof given === 'number' ? String(given) : given;
  return typeof text === 'string' && text.trim() !== '' ? text.trim().slice(0, most) : undefined;
}

export function isPort(word: string): boolean {
  return /^\d{1,5}$/.test(word) && Number(word) <= 65_535;
}

/** Whether the server would take it for an address. What is half typed is not asked for. */
export function isAddress(word: string): boolean {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(word)) return word.split('.').every((part) => Number(part) <= 255);
  if (!word.includes(':') || !/^[0-9a-f:.]+$/i.test(word)) return false;
  try {
    return new URL(`http://[${word}]/`).hostname !== '';
  } catch {
    return false;
  }
}

/** The filters apart from the time. */
export function isNarrowed(filter: FlowsFilter): boolean {
  const { last: _last, from: _from, to: _to, ...rest } = filter;
  return Object.keys(rest).length > 0;
}

/** The time stands beside it. */
export function queryOf(filter: FlowsFilter): URLSearchParams {
  const { last: _last, from: _from, to: _to, ...rest } = filter;
  return new URLSearchParams(rest);
}
