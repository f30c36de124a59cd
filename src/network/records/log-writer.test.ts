import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DnsRecord } from './log-records.ts';
import { LogWriter } from './log-writer.ts';

const RECORD: DnsRecord = {
  ...{
    log: 'dns',
    ts: 1.5,
    uid: 'C1',
    'id.orig_h': '192.0.2.1',
    'id.orig_p': 1,
    'id.resp_h': '192.0.2.2',
    'id.resp_p': 53,
  },
  ...{ proto: 'udp', trans_id: 7, query: 'a\tb\n\\', AA: false, TC: false, RD: true, RA: false, Z: 0, rejected: false },
  ...{ answers: ['one,two', '-', 'ü'], TTLs: [1, 2.5, 3] },
};

test('a log has Zeek’s head, and a line for each record in which nothing breaks the line', () => {
  const writer = new LogWriter('tsv', () => 0);
  writer.add(RECORD);
  writer.foot();
  const [piece, ...rest] = writer.take();
  assert.deepEqual([piece?.log, rest], ['dns', []]);
  const lines = String(piece?.bytes).split('\n');
  assert.equal(lines[4], '#path\tdns');
  const names = lines[6]?.split('\t').slice(1) ?? [];
  const cells = lines[8]?.split('\t') ?? [];
  assert.equal(cells.length, names.length);
  const of = (name: string): string | undefined => cells[names.indexOf(name)];
  assert.deepEqual(['ts', 'query', 'rtt', 'RD', 'answers', 'TTLs', 'id.resp_p'].map(of), [
    '1.500000',
    'a\\x09b\\x0a\\\\',
    '-',
    'T',
    'one\\x2ctwo,\\x2d,ü',
    '1.000000,2.500000,3.000000',
    '53',
  ]);
  assert.equal(lines[9], '#close\t1970-01-01-00-00-00');
  assert.deepEqual(writer.take(), []);
});

test('in JSON Lines a record is what it was, without the name of its log', () => {
  const writer = new LogWriter('jsonl', () => 0);
  writer.add(RECORD);
  writer.foot();
  const { log: _, ...fields } = RECORD;
  assert.deepEqual(JSON.parse(String(writer.take()[0]?.bytes)), fields);
});
