import { csvLine } from '../base/formats/csv.ts';
import type { EventView } from './wire.ts';

export type ExportFormat = 'jsonl' | 'csv';

export const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  jsonl: 'application/jsonl; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
};

const COLUMNS = ['sequence', 'eventId', 'time', 'act', 'actorId', 'actorName', 'sessionId', 'subjectIds', 'facts'];

/** Lines are gathered into pieces of this size, so that a stream does not send them one by one. */
const PIECE_CHARACTERS = 32 * 1024;

/** Events as text, streamed. */
export async function* exportText(events: AsyncIterable<EventView>, format: ExportFormat): AsyncGenerator<string> {
  let piece = format === 'csv' ? csvLine(COLUMNS) : '';
  for await (const event of events) {
    piece += format === 'csv' ? csvEvent(event) : `${JSON.stringify(event)}\n`;
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function csvEvent({ sequence, eventId, time, act, actor, sessionId, subjectIds, facts }: EventView): string {
  return csvLine([
    sequence,
    eventId,
    time,
    act,
    actor?.accountId ?? null,
    actor?.name ?? null,
    sessionId,
    subjectIds.join(' '),
    JSON.stringify(facts),
  ]);
}
