import { cursorFrom } from '../../cursor.ts';
import type { FlowPage, FlowQuery, StoredFlow } from '../../flow-store.ts';
import type { FlowFile } from '../disk/flow-file.ts';
import { stateNumber } from '../segments/conn-states.ts';
import type { FlowSegment } from '../segments/flow-segment.ts';
import { Key, Rest } from '../segments/row-columns.ts';
import { uidWords } from '../segments/uid-words.ts';
import { endsOf, type Ends, placesOf, protocolNumbers } from './flow-filter.ts';
import { type Found, newest, type Placed, type Sink } from './newest.ts';

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
  const flows = found.filter((each) => !isOutdated(files, each)).map(storedFlow);
  return { flows, next };
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
  { sensor, state, service }: FlowQuery,
  { fromUs, toUs }: { readonly fromUs: number; readonly toUs: number },
): readonly Placed[] {
  return files.flatMap((file) =>
    file.segments().flatMap((segment) => {
      const isWanted =
        segment.kind === 'conn' &&
        segment.mostUs >= fromUs &&
        segment.leastUs < toUs &&
        (sensor === undefined || segment.sensor === sensor) &&
        (state === undefined || (segment.states & (1 << stateNumber(state))) !== 0) &&
        (service === undefined || segment.services.some((name) => name.split(',').includes(service)));
      return isWanted ? [{ file, segment }] : [];
    }),
  );
}

function look(placed: Placed, { query, ends, fromUs, toUs }: Wanted, sink: Sink): void {
  const segment = placed.file.flows(placed.segment);
  const isEnd = placesOf(segment.addresses, ends);
  if (isEnd === 'none') return;
  const isText = query.text === undefined ? null : textFilter(segment, query.text);
  const isProtocol = query.proto === undefined ? null : protocolNumbers(query.proto);
  const isService = query.service === undefined ? null : servicePlaces(segment, query.service);
  const [ts, originator, responder] = [Key.ts, Key.originator, Key.responder].map((key) => segment.column('keys', key));
  const [fromPort, toPort] = [Key.originatorPort, Key.responderPort].map((key) => segment.column('keys', key));
  if (!ts || !originator || !responder || !fromPort || !toPort) return;
  const { port, state } = query;
  for (let row = 0; row < segment.rows; row += 1) {
    const us = ts.values[row]! + ts.base;
    if (us < fromUs || us >= toUs || us < sink.leastUs) continue;
    if (isEnd && !isEnd(originator.values[row]! + originator.base, responder.values[row]! + responder.base)) continue;
    if (
      port !== undefined &&
      fromPort.values[row]! + fromPort.base !== port &&
      toPort.values[row]! + toPort.base !== port
    )
      continue;
    if (isProtocol && !isProtocol.has(segment.key(Key.protocol, row))) continue;
    if (state !== undefined && !isState(segment, row, state)) continue;
    if (isService && !isService.has(segment.key(Key.service, row))) continue;
    if (isText && !isText(row)) continue;
    sink.add(foundAt(placed, segment, row));
  }
}

export function foundAt(placed: Placed, segment: FlowSegment, row: number): Found {
  return {
    ...placed,
    row,
    us: segment.key(Key.ts, row),
    words: [segment.uidWord(0, row), segment.uidWord(1, row), segment.uidWord(2, row)],
    rank: rankOf(segment, row),
  };
}

/** The later of two records of a flow has all that the earlier had. */
function rankOf(segment: FlowSegment, row: number): number {
  return segment.isPartial(row) ? segment.rest(Rest.duration, row) : Infinity;
}

function isState(segment: FlowSegment, row: number, state: string): boolean {
  if (segment.key(Key.state, row) !== stateNumber(state)) return false;
  // What stands as OTH may be what another program calls otherwise.
  const other = segment.extra(row)?.['conn_state'];
  return other === undefined ? stateNumber(state) !== 0 || state === 'OTH' : other === state;
}

function servicePlaces(segment: FlowSegment, service: string): ReadonlySet<number> {
  const places = segment.texts.texts.flatMap((text, place) => (text.split(',').includes(service) ? [place + 1] : []));
  return new Set(places);
}

const COMMUNITY_ID = /^1:[A-Za-z0-9+/]{27}=$/;

/** Part of service, process or user; the whole of a uid or Community ID. */
function textFilter(segment: FlowSegment, text: string): (row: number) => boolean {
  const part = text.toLowerCase();
  const places = new Set(
    segment.texts.texts.flatMap((each, place) => (each.toLowerCase().includes(part) ? [place + 1] : [])),
  );
  const { words } = uidWords(text);
  const isCommunityId = COMMUNITY_ID.test(text);
  return (row) =>
    (places.size > 0 &&
      (places.has(segment.key(Key.service, row)) ||
        places.has(segment.rest(Rest.process, row)) ||
        places.has(segment.rest(Rest.user, row)))) ||
    (segment.uidWord(0, row) === words[0] && segment.uid(row) === text) ||
    (isCommunityId && (segment.extra(row)?.['community_id'] ?? segment.communityId(row)) === text);
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
      const { values, base } = segment.column('uids', 0);
      const wanted = words[0]! - base;
      for (let at = values.indexOf(wanted); at !== -1; at = values.indexOf(wanted, at + 1)) {
        if (segment.uidWord(1, at) !== words[1] || segment.uidWord(2, at) !== words[2]) continue;
        if (at >= row.rows) break;
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
      const isEnd = placesOf(segment.addresses, ends);
      if (isEnd === null || isEnd === 'none') continue;
      for (let at = 0; at < row.rows; at += 1) {
        const us = segment.key(Key.ts, at);
        if (us < first && isEnd(segment.key(Key.originator, at), segment.key(Key.responder, at))) first = us;
      }
    }
  }
  return first === Infinity ? null : first / 1e6;
}

export function storedFlow({ file, segment, row }: Found): StoredFlow {
  return { ...file.flows(segment).record(row), sensor: segment.sensor };
}
