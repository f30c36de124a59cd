import type { ProtocolLog, ProtocolRecord } from '../../../records/log-records.ts';
import { cursorFrom } from '../../cursor.ts';
import type { FlowQuery, LogPage } from '../../flow-store.ts';
import type { FlowFile } from '../disk/flow-file.ts';
import { LogKey, type LogSegment, protocols } from '../segments/log-segment.ts';
import { UID_WORDS } from '../segments/row-columns.ts';
import { uidWords } from '../segments/uid-words.ts';
import { endsOf, type Ends, type Places, placesOf } from './flow-filter.ts';
import { type Found, newest, type Placed, type Sink } from './newest.ts';

/** Text is looked for in every record: a page ends after so long, and says where to go on. */
const MOST_MS = 2000;

/** A log has neither state nor service: these are not asked for. */
export async function findLogs(files: readonly FlowFile[], kind: ProtocolLog, query: FlowQuery): Promise<LogPage> {
  const ends = endsOf(query);
  const [fromUs, toUs] = [Math.ceil(query.from * 1e6), Math.ceil(query.to * 1e6)];
  const opened = new Map<string, LogSegment>();
  const open = ({ file, segment }: Placed): LogSegment => {
    const name = `${file.name} ${segment.id}`;
    let known = opened.get(name);
    if (!known) {
      known = file.logs(segment);
      opened.set(name, known);
      // Records of all that were looked at would fill the memory.
      if (opened.size > MOST_OPEN) opened.delete(opened.keys().next().value ?? '');
    }
    return known;
  };
  const segments = segmentsOf(files, kind).filter(
    ({ segment }) =>
      segment.mostUs >= fromUs &&
      segment.leastUs < toUs &&
      (query.sensor === undefined || segment.sensor === query.sensor),
  );
  const { found, next } = await newest({
    ...{ segments, limit: query.limit, after: cursorFrom(query.cursor), mostMs: MOST_MS },
    look: (placed, sink) => look(placed, open(placed), { query, ends, fromUs, toUs }, sink),
  });
  return { records: found.map((each) => recordAt(open(each), each.row)), next };
}

const MOST_OPEN = 16;

function segmentsOf(files: readonly FlowFile[], kind: string): readonly Placed[] {
  return files.flatMap((file) =>
    file.segments().flatMap((segment) => (segment.kind === kind ? [{ file, segment }] : [])),
  );
}

interface Wanted {
  readonly query: FlowQuery;
  readonly ends: Ends;
  readonly fromUs: number;
  readonly toUs: number;
}

function look(placed: Placed, segment: LogSegment, { query, ends, fromUs, toUs }: Wanted, sink: Sink): void {
  const places = placesOf(segment.addresses, ends);
  if (places === 'none') return;
  const part = query.text?.toLowerCase();
  const { port } = query;
  const protocol = query.proto === undefined ? null : protocols.indexOf(query.proto as (typeof protocols)[number]);
  for (let row = 0; row < segment.rows; row += 1) {
    const us = segment.key(LogKey.ts, row);
    if (us < fromUs || us >= toUs || us < sink.leastUs) continue;
    if (places && !isBetween(segment, row, places)) continue;
    if (port !== undefined && !hasPort(segment, row, port)) continue;
    if (protocol !== null && segment.key(LogKey.protocol, row) !== protocol) continue;
    if (part !== undefined && !hasText(recordAt(segment, row), part)) continue;
    sink.add(foundAt(placed, segment, row));
  }
}

function isBetween(segment: LogSegment, row: number, [one, other]: Places): boolean {
  const [from, to] = [segment.key(LogKey.originator, row), segment.key(LogKey.responder, row)];
  return other === null ? from === one || to === one : (from === one && to === other) || (from === other && to === one);
}

function hasPort(segment: LogSegment, row: number, port: number): boolean {
  return segment.key(LogKey.originatorPort, row) === port || segment.key(LogKey.responderPort, row) === port;
}

/** `part`: in lower case. */
export function hasText(record: object, part: string): boolean {
  return Object.values(record).some((value: unknown) => {
    if (typeof value === 'string') return value.toLowerCase().includes(part);
    return Array.isArray(value) && value.some((each) => typeof each === 'string' && each.toLowerCase().includes(part));
  });
}

function foundAt(placed: Placed, segment: LogSegment, row: number): Found {
  const words = Array.from({ length: UID_WORDS }, (_, word) => segment.key(LogKey.uid + word, row));
  return {
    ...placed,
    row,
    us: segment.key(LogKey.ts, row),
    words: [...words, segment.key(LogKey.serial, row)],
    rank: 0,
  };
}

function recordAt(segment: LogSegment, row: number): ProtocolRecord {
  return segment.records[row]!;
}

/** What was said in a flow, in the order it was. `fromUs`, `toUs`: when the flow was. */
export function logsOfFlow(
  files: readonly FlowFile[],
  uid: string,
  fromUs: number,
  toUs: number,
  most: number,
): readonly ProtocolRecord[] {
  const { words } = uidWords(uid);
  const said: ProtocolRecord[] = [];
  for (const file of files) {
    for (const row of file.segments()) {
      if (row.kind === 'conn' || row.mostUs < fromUs || row.leastUs > toUs) continue;
      const segment = file.logs(row);
      for (let at = 0; at < row.rows; at += 1) {
        if (words.some((word, index) => segment.key(LogKey.uid + index, at) !== word)) continue;
        const record = recordAt(segment, at);
        if (record.uid === uid) said.push(record);
      }
    }
  }
  return said.toSorted((a, b) => a.ts - b.ts).slice(0, most);
}
