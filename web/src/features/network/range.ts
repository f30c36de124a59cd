/** Of which time the pages tell, as it stands in their address and as the server is asked. */
export const spans = {
  '1h': { label: '1 hour', ms: 3_600_000 },
  '24h': { label: '24 hours', ms: 24 * 3_600_000 },
  '7d': { label: '7 days', ms: 7 * 24 * 3_600_000 },
} as const;
export type Span = keyof typeof spans;
export const USUAL: Span = '24h';

/** Either the last so long, which moves on, or a time of one's own, RFC 3339. Nothing given: {@link USUAL}. */
export interface RangeSearch {
  readonly last?: Span;
  readonly from?: string;
  readonly to?: string;
}

/** Reads an address that anybody may have typed: what is no range is left out. */
export function rangeFrom(search: Readonly<Record<string, unknown>>): RangeSearch {
  const [from, to] = [timeFrom(search['from']), timeFrom(search['to'])];
  if (from !== undefined && to !== undefined && from < to) {
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  }
  const last = search['last'];
  return typeof last === 'string' && Object.hasOwn(spans, last) && last !== USUAL ? { last: last as Span } : {};
}

// Years that RFC 3339 and every clock can write.
const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(9999, 0, 1);

function timeFrom(given: unknown): number | undefined {
  if (typeof given !== 'string') return undefined;
  const ms = Date.parse(given);
  return ms >= EARLIEST && ms < LATEST ? ms : undefined;
}

export interface Asked {
  readonly from: string;
  readonly to: string;
}

/** `now` in milliseconds since 1970. */
export function asked({ last = USUAL, from, to }: RangeSearch, now: number): Asked {
  if (from !== undefined && to !== undefined) return { from, to };
  return { from: new Date(now - spans[last].ms).toISOString(), to: new Date(now).toISOString() };
}

export function isOwn(range: RangeSearch): boolean {
  return range.from !== undefined;
}

/** A name for what is asked that stays the same while time goes on. */
export function rangeKey({ last = USUAL, from, to }: RangeSearch): string {
  return from !== undefined && to !== undefined ? `${from}/${to}` : last;
}

/** For a field of type `datetime-local`, in the zone of the browser, to the second. */
export function localTime(time: string): string {
  const at = new Date(time);
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19);
}

/** Seconds since 1970, as records have them, as the pages say times. */
export function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** Wide enough to show what happened before and after. `seconds` since 1970. */
export function around(from: number, to: number): Asked {
  const margin = Math.max(60, (to - from) * 0.1);
  return { from: timeOf(from - margin), to: timeOf(to + margin) };
}
