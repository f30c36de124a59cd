import { cursorFrom } from '../../cursor.ts';
import type { FlowPage, FlowQuery, StoredFlow } from '../../flow-store.ts';
import type { FlowFile } from '../disk/flow-file.ts';
import { stateNumber } from '../segments/conn-states.ts';
import type { FlowSegment } from '../segments/flow-segment.ts';
import { Field, UID_WORDS } from '../segments/row-columns.ts';
import { uidWords } from '../segments/uid-words.ts';
import { endsOf, type Ends, type Places, placesOf, protocolNumbers } from './flow-filter.ts';
import { type Found, newest, type Placed, type Sink } from './newest.ts';
import { newestRows, type Rows, rowsBetween, rowsThat, rowsWithAny, rowsWithEither } from './select-rows.ts';

/** A flow table asks for pages; whoever wants more goes on from the cursor. */
const MOST_MS = 2000;

export async function findFlows(files: readonly FlowFile[], query: FlowQuery): Promise<FlowPage> {
  const ends = endsOf(query);
  const after = cursorFrom(query.cursor);
  const span = { fromUs: Math.ceil(query.from * 1e6), toUs: Math.ceil(query.to * 1e6) };
  const { found, next } = await newest({
    segments: segmentsFor(files, query, span),
    ...{ limit: query.limit, after, mostMs: MOST_MS },
    look: (placed, sink) => look(placed, { query, ends, ...span }, sink),
  });
  return { flows: storedFlows(found.filter((each) => !isOutdated(files, each))), next };
}

interface Wanted {
  readonly query: FlowQuery;
  readonly ends: Ends;
  readonly fromUs: number;
  readonly toUs: number;
}

/** Segments that may have a flow that fits, by what is known of them without opening them. */
function segmentsFor(
  files: readonly FlowFile[],
  { sensor, state, service, proto }: FlowQuery,
  { fromUs, toUs }: { readonly fromUs: number; readonly toUs: number },
): readonly Placed[] {
  const numbers = proto === undefined ? null : protocolNumbers(proto);
  return files.flatMap((file) =>
    file.segments().flatMap((segment) => {
      const isWanted =
        segment.kind === 'conn' &&
        segment.mostUs >= fromUs &&
        segment.leastUs < toUs &&
        (sensor === undefined || segment.sensor === sensor) &&
        (numbers === null || segment.protocols.some((number) => numbers.has(number))) &&
        (state === undefined || (segment.states & (1 << stateNumber(state))) !== 0) &&
        (service === undefined || segment.services.some((name) => name.split(',').includes(service)));
      return isWanted ? [{ file, segment }] : [];
    }),
  );
}

/** The filters that leave the fewest come first, and each part of a segment is read when rows are left to be looked at. */
function look(placed: Placed, wanted: Wanted, sink: Sink): void {
  const segment = placed.file.flows(placed.segment);
  const { rows: count } = segment;
  let rows: Rows = null;
  for (const filter of filtersOf(segment, wanted)) {
    rows = filter(rows);
    if (rows?.length === 0) return;
  }
  const ts = segment.column(Field.ts);
  const [fromUs, toUs] = [Math.max(wanted.fromUs, sink.leastUs), Math.min(wanted.toUs, sink.mostUs + 1)];
  const { leastUs, mostUs } = placed.segment;
  if (leastUs < fromUs || mostUs >= toUs) rows = rowsBetween(ts, fromUs, toUs, rows, count);
  rows = newestRows(ts, rows, count, sink.moments);
  const length = rows?.length ?? count;
  for (let index = 0; index < length; index += 1) {
    sink.add(foundAt(placed, segment, rows === null ? index : rows[index]!));
  }
}

type Filter = (rows: Rows) => Rows;

function* filtersOf(segment: FlowSegment, { query, ends }: Wanted): Generator<Filter> {
  const { port, proto, state, service, text } = query;
  const { rows: count } = segment;
  // Its addresses are read when one of them is asked for.
  if (ends.address !== null || ends.peer !== null) {
    const places = placesOf(segment.addresses, ends);
    if (places === 'none') yield () => new Int32Array(0);
    else if (places !== null) yield (rows) => rowsOfEnds(segment, places, rows);
  }
  if (port !== undefined) {
    yield (rows) => {
      const ports = [segment.column(Field.originatorPort), segment.column(Field.responderPort)] as const;
      return rowsWithEither(ports, port, rows, count);
    };
  }
  if (state !== undefined) yield (rows) => rowsInState(segment, state, rows);
  if (service !== undefined) {
    const named = servicePlaces(segment, service);
    yield (rows) => rowsWithAny(segment.column(Field.service), named, rows, count);
  }
  if (proto !== undefined) {
    const numbers = protocolNumbers(proto);
    yield (rows) => rowsWithAny(segment.column(Field.protocol), numbers, rows, count);
  }
  if (text !== undefined) yield (rows) => rowsWithText(segment, text, rows);
}

function rowsOfEnds(segment: FlowSegment, [one, other]: Places, rows: Rows): Rows {
  const { rows: count } = segment;
  const [from, to] = [segment.column(Field.originator), segment.column(Field.responder)];
  const some = rowsWithEither([from, to], one, rows, count);
  if (other === null) return some;
  return rowsThat(some, count, (row) => {
    const [originator, responder] = [from.values[row]! + from.base, to.values[row]! + to.base];
    return (originator === one && responder === other) || (originator === other && responder === one);
  });
}

export function foundAt(placed: Placed, segment: FlowSegment, row: number): Found {
  return {
    ...placed,
    row,
    us: segment.value(Field.ts, row),
    words: Array.from({ length: UID_WORDS }, (_, word) => segment.value(Field.uid + word, row)),
    rank: rankOf(segment, row),
  };
}

/** The later of two records of a flow has all that the earlier had. */
function rankOf(segment: FlowSegment, row: number): number {
  return segment.isPartial(row) ? segment.value(Field.duration, row) : Infinity;
}

function rowsInState(segment: FlowSegment, state: string, rows: Rows): Rows {
  const number = stateNumber(state);
  const some = rowsWithAny(segment.column(Field.state), new Set([number]), rows, segment.rows);
  if (!segment.hasExtras) return number === 0 && state !== 'OTH' ? new Int32Array(0) : some;
  // What stands as OTH may be what another program calls otherwise.
  return rowsThat(some, segment.rows, (row) => {
    const other = segment.extra(row)?.['conn_state'];
    return other === undefined ? number !== 0 || state === 'OTH' : other === state;
  });
}

function servicePlaces(segment: FlowSegment, service: string): ReadonlySet<number> {
  const places = segment.texts.texts.flatMap((text, place) => (text.split(',').includes(service) ? [place + 1] : []));
  return new Set(places);
}

const COMMUNITY_ID = /^1:[A-Za-z0-9+/]{27}=$/;
const UID = /^[A-Za-z0-9]{4,64}$/;

/** Part of service, process or user; the whole of a uid or Community ID. */
function rowsWithText(segment: FlowSegment, text: string, rows: Rows): Rows {
  const { rows: count } = segment;
  const part = text.toLowerCase();
  const places = new Set(
    segment.texts.texts.flatMap((each, place) => (each.toLowerCase().includes(part) ? [place + 1] : [])),
  );
  const found = new Set<number>();
  const take = (more: Rows): void => more?.forEach((row) => found.add(row));
  if (places.size > 0) {
    for (const field of [Field.service, Field.process, Field.user]) {
      take(rowsWithAny(segment.column(field), places, rows, count));
    }
  }
  if (UID.test(text)) {
    const [first] = uidWords(text).words;
    const column = segment.column(Field.uid);
    take(rowsThat(rowsWithAny(column, new Set([first]), rows, count), count, (row) => segment.uid(row) === text));
  }
  if (COMMUNITY_ID.test(text)) {
    take(rowsThat(rows, count, (row) => (segment.extra(row)?.['community_id'] ?? segment.communityId(row)) === text));
  }
  return Int32Array.from(found).toSorted();
}

/** A partial record whose flow has a later one, which the filter leaves out or which is in another file. */
function isOutdated(files: readonly FlowFile[], found: Found): boolean {
  if (found.rank === Infinity) return false;
  const best = findUid(files, found.words, found.us);
  return best !== null && best.rank > found.rank;
}

/** The last record of a flow. `us`: when it began, where that is known. */
export function findUid(files: readonly FlowFile[], words: readonly number[], us: number | null): Found | null {
  let best: Found | null = null;
  for (const file of files.toReversed()) {
    for (const row of file.segments()) {
      if (row.kind !== 'conn' || (us !== null && (row.leastUs > us || row.mostUs < us))) continue;
      const placed = { file, segment: row };
      const segment = file.flows(row);
      const isSame = (at: number): boolean =>
        segment.value(Field.uid + 1, at) === words[1] && segment.value(Field.uid + 2, at) === words[2];
      const first = rowsWithAny(segment.column(Field.uid), new Set([words[0]!]), null, row.rows);
      for (const at of rowsThat(first, row.rows, isSame)) {
        const found = foundAt(placed, segment, at);
        if (best === null || found.rank > best.rank) best = found;
      }
    }
  }
  return best;
}

/** Seconds of the first flow that an address has a part in; `null`: there is none. Throws `flows_query_invalid`. */
export function firstTimeOf(files: readonly FlowFile[], address: string): number | null {
  const ends = endsOf({ address });
  let first = Infinity;
  for (const file of files) {
    for (const row of file.segments()) {
      if (row.kind !== 'conn' || row.leastUs >= first) continue;
      const segment = file.flows(row);
      const places = placesOf(segment.addresses, ends);
      if (places === null || places === 'none') continue;
      const ts = segment.column(Field.ts);
      for (const at of rowsOfEnds(segment, places, null) ?? []) first = Math.min(first, ts.values[at]! + ts.base);
    }
  }
  return first === Infinity ? null : first / 1e6;
}

/**
 * In their order. Their segments are opened one after the other, each once: for each row anew takes minutes where an address has thousands of
 * flows, and all at once takes gigabytes where each of them lies in another segment.
 */
function storedFlows(found: readonly Found[]): readonly StoredFlow[] {
  const flows: StoredFlow[] = Array(found.length);
  const places = found.map((each, place) => ({ ...each, place }));
  for (const rows of Map.groupBy(places, ({ segment }) => segment).values()) {
    const { file, segment } = rows[0]!;
    const opened = file.flows(segment);
    for (const { row, place } of rows) flows[place] = { ...opened.record(row), sensor: segment.sensor };
  }
  return flows;
}

export function storedFlow({ file, segment, row }: Found): StoredFlow {
  return { ...file.flows(segment).record(row), sensor: segment.sensor };
}
