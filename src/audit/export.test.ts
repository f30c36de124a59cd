import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvLine } from '../base/formats/csv.ts';
import { exportText, type ExportFormat } from './export.ts';
import type { EventView } from './wire.ts';

const event: EventView = {
  eventId: 'e1',
  time: '2026-06-01T00:00:00.000Z',
  act: 'version.stored',
  actor: { accountId: 'a1', name: '=HYPERLINK("http://evil.example","Ada")' },
  sessionId: null,
  subjectIds: ['f1', 'd1'],
  facts: { size: 12, restored: false },
  sequence: 7,
};

async function text(events: readonly EventView[], format: ExportFormat): Promise<string> {
  const source = async function* () {
    yield* events;
  };
  return (await Array.fromAsync(exportText(source(), format))).join('');
}

/** What a spreadsheet makes of one line (RFC 4180). */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    if (quoted && line.startsWith('""', at)) {
      cell += '"';
      at++;
    } else if (line[at] === '"') quoted = !quoted;
    else if (line[at] === ',' && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += line[at];
  }
  return [...cells, cell];
}

test('JSON Lines hold one whole event a line', async () => {
  const lines = (await text([event, event], 'jsonl')).split('\n');
  assert.equal(lines.pop(), '');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    [event, event],
  );
});

test('CSV has a header and a line per event, and an empty trail has the header alone', async () => {
  assert.equal(
    await text([event], 'csv'),
    'sequence,eventId,time,act,actorId,actorName,sessionId,subjectIds,facts\r\n' +
      `7,e1,2026-06-01T00:00:00.000Z,version.stored,a1,"'=HYPERLINK(""http://evil.example"",""Ada"")",,f1 d1,"{""size"":12,""restored"":false}"\r\n`,
  );
  assert.equal((await text([], 'csv')).split('\r\n').length, 2);
  assert.equal(await text([], 'jsonl'), '');
});

test('no cell starts a formula, and apart from the apostrophe every cell reads back as it was', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', ' =', '\n=', '＝'), fc.string())
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 5 }), (cells) => {
      const line = csvLine(cells);
      assert.ok(line.endsWith('\r\n'));
      const read = cellsOf(line.slice(0, -2));
      assert.equal(read.length, cells.length);
      for (const [index, cell] of read.entries()) {
        assert.doesNotMatch(cell, /^\s*[=+\-@]/);
        assert.doesNotMatch(cell, /^[\t\r]/);
        const given = cells[index] ?? '';
        assert.ok(cell === given || cell === `'${given}`, JSON.stringify([cell, given]));
      }
    }),
  );
});
