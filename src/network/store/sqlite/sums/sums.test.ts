/** Figures of many flows, which are read from what was added up when they were stored. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { newId } from '../../../../base/ids.ts';
import { Double, flowMemory, Kind, Word } from '../../../flows/layout.ts';
import { FlowColumns } from '../../../records/flow-columns.ts';
import { openSqliteFlowStore } from '../sqlite.ts';

const FROM = 1_789_999_200;
const BATCHES = 34;
/** The fewest that make a segment which stays as it is. */
const ROWS = 4096;
const SECONDS = 10_000;

interface Sum {
  flows: number;
  packets: number;
  bytes: number;
}

test('top talkers and the timeline of many segments are the sums of their flows, in any range', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'flows-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  // One day: what is kept on another one goes into a file of its own.
  const clock = () => FROM * 1000;
  await using store = await openSqliteFlowStore({ folder, mostBytes: 2 ** 30, keptMs: 1e12, clock });
  const all: { ts: number; from: string; to: string; port: string; packets: number; bytes: number }[] = [];
  const columns = new FlowColumns(ROWS, [1, 2, 3]);
  const { words, doubles } = flowMemory(1);
  for (let batch = 0; batch < BATCHES; batch += 1) {
    columns.clear();
    for (let row = 0; row < ROWS; row += 1) {
      const serial = batch * ROWS + row + 1;
      // As though by chance, and the same each time.
      const chance = Math.imul(serial, 0x9e3779b1) >>> 0;
      const [client, server, udp] = [chance % 50, (chance >>> 8) % 30, (chance >>> 16) & 1];
      const ts = FROM + (serial / (BATCHES * ROWS)) * SECONDS;
      words[Word.originator] = 0x0a000001 + client;
      words[Word.responder] = 0xc0000201 + server;
      words[Word.ports] = (40_000 << 16) | (8000 + (chance % 20));
      words[Word.kind] = (udp ? 17 : 6) | Kind.inUse;
      words[Word.serial] = serial;
      words[Word.packets] = 1 + (chance % 7);
      doubles[Double.firstUs] = Math.round(ts * 1e6);
      doubles[Double.lastUs] = Math.round(ts * 1e6) + 1000;
      doubles[Double.ipBytes] = chance % 5000;
      columns.add({ words, doubles }, 0, false, null);
      all.push({
        ...{ ts: Math.round(ts * 1e6) / 1e6, from: `10.0.0.${client + 1}`, to: `192.0.2.${server + 1}` },
        ...{ port: `${8000 + (chance % 20)}/${udp ? 'udp' : 'tcp'}`, packets: 1 + (chance % 7), bytes: chance % 5000 },
      });
    }
    const coverage = { from: FROM, to: FROM + SECONDS, packets: 1, dropped: 0, leftOut: {} };
    await store.add({ id: newId(), sensor: 'local', columns, coverage });
  }
  for (const [from, to] of [
    [FROM - 5, FROM + SECONDS + 5],
    [FROM + 1234.5, FROM + 7000],
    [FROM + 4000, FROM + 4100],
  ] as const) {
    const within = all.filter(({ ts }) => ts >= from && ts < to);
    for (const [by, names] of [
      ['address', (flow: (typeof all)[0]) => [flow.from, flow.to]],
      ['port', (flow: (typeof all)[0]) => [flow.port]],
      ['service', () => ['-']],
    ] as const) {
      const sums = new Map<string, Sum>();
      for (const flow of within) for (const name of names(flow)) add(sums, name, flow);
      const wanted = Array.from(sums, ([name, sum]) => ({ name, ...sum })).toSorted((a, b) => b.bytes - a.bytes);
      assert.deepEqual(await store.talkers({ from, to, by, limit: 100 }), wanted.slice(0, 100), `${by} from ${from}`);
    }
  }
  // Points that begin where slots do are exact however long they are; short ones are counted from flows.
  for (const points of [10, 500]) {
    const range = { from: FROM, to: FROM + SECONDS, points };
    const wanted = new Map<number, Sum>();
    for (const flow of all)
      if (flow.ts < range.to) add(wanted, Math.floor(((flow.ts - FROM) / SECONDS) * points), flow);
    const timeline = await store.timeline(range);
    assert.deepEqual(
      timeline.map(({ flows, packets, bytes }) => ({ flows, packets, bytes })),
      Array.from({ length: points }, (_, point) => wanted.get(point)),
    );
  }
  const [name = ''] = (await readdir(folder)).filter((each) => each.endsWith('.sqlite'));
  const file = new DatabaseSync(join(folder, name), { readOnly: true });
  context.after(() => file.close());
  const above = file.prepare('SELECT count(*) AS count FROM sums WHERE level > 1').get();
  assert.deepEqual({ ...above }, { count: Math.floor(BATCHES / 16) }, 'a long range was read from sums of sums');
});

function add<Name>(sums: Map<Name, Sum>, name: Name, { packets, bytes }: Omit<Sum, 'flows'>): void {
  const known = sums.get(name) ?? { flows: 0, packets: 0, bytes: 0 };
  sums.set(name, { flows: known.flows + 1, packets: known.packets + packets, bytes: known.bytes + bytes });
}
