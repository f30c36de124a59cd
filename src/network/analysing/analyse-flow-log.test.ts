import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { settingsOf } from '../../base/settings.ts';
import { networkErrors } from '../errors.ts';
import { addressList } from '../detecting/lists/block-list.ts';
import { Detections, KnownState } from '../detecting/index.ts';
import { networkSettings } from '../settings.ts';
import type { FlowBatch } from '../store/flow-batch.ts';
import { emptySummary } from '../vpc/vpc-summary.ts';
import { analyseFlowLog } from './analyse-flow-log.ts';

const HEAD =
  'interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action tcp-flags log-status';
const START = 1_800_000_000;
const DAY = 86_400;

interface Line {
  readonly from?: string;
  readonly to?: string;
  readonly ports?: string;
  readonly protocol?: number;
  readonly bytes?: number;
  readonly at?: number;
  readonly end?: string;
}

/** What is not said is a SYN from outside to a host of the VPC that is rejected. */
function line({ from = '203.0.113.9', to = '10.0.0.5', ports = '50000 22', ...more }: Line = {}): string {
  const { protocol = 6, bytes = 60, at = START, end = 'REJECT 2' } = more;
  return `eni-1 ${from} ${to} ${ports} ${protocol} 1 ${bytes} ${at} ${at + 60} ${end} OK`;
}

async function analysed(lines: readonly string[], cut: Error | null = null) {
  async function* given(): AsyncGenerator<string> {
    yield* [HEAD, ...lines];
    if (cut) throw cut;
  }
  const batches: FlowBatch[] = [];
  const summary = emptySummary();
  const lists = [addressList('bad', '198.51.100.9')];
  const settings = settingsOf(networkSettings);
  const problem = await analyseFlowLog(given(), {
    ...{ name: 'flows.log', sensor: 'upload:flows.log', summary, signal: new AbortController().signal },
    detections: new Detections(settings, new KnownState(), { gateways: [], lists, about: () => null }),
    async sink(batch) {
      batches.push(batch);
    },
  });
  const notices = batches.flatMap((batch) => batch.notices);
  return { batches, notices, notes: notices.map(({ note }) => note), summary, problem };
}

test('a log becomes the same batches with the same uids whenever it is read, and others where a line differs', async () => {
  const lines = Array.from({ length: 9000 }, (_, index) => line({ ports: `${10_000 + index} 22`, end: 'ACCEPT 3' }));
  const [one, same, other] = [await analysed(lines), await analysed(lines), await analysed(lines.toSpliced(8500, 1))];
  assert.deepEqual(
    one.batches.map(({ conn }) => conn.length),
    [8000, 1000],
  );
  const idsOf = ({ batches }: typeof one) => batches.map(({ id, conn }) => [id, ...conn.map(({ uid }) => uid)].join());
  assert.deepEqual(idsOf(same), idsOf(one));
  assert.equal(other.batches[0]?.id, one.batches[0]?.id);
  assert.notEqual(other.batches[1]?.id, one.batches[1]?.id);
  const uids = new Set(
    [one, other].flatMap(({ batches }) => batches.flatMap(({ conn }) => conn.map(({ uid }) => uid))),
  );
  assert.equal(uids.size, 9000 + 999);
  assert.deepEqual(one.batches[1]?.coverage, { from: START, to: START + 60, packets: 1000, dropped: 0, leftOut: {} });
});

test('what was rejected is counted as a scan of ports, of hosts, and over days', async () => {
  const ports = Array.from({ length: 15 }, (_, index) => line({ ports: `50000 ${100 + index}` }));
  assert.deepEqual((await analysed(ports)).notes, ['Scan::Port_Scan']);
  assert.deepEqual((await analysed(ports.slice(1))).notes, []);
  const hosts = Array.from({ length: 25 }, (_, index) => line({ to: `10.0.1.${index}` }));
  assert.deepEqual((await analysed(hosts)).notes, ['Scan::Address_Scan']);
  const slow = Array.from({ length: 60 }, (_, index) =>
    line({ to: `10.0.${index}.1`, ports: `50000 ${100 + index}`, at: START + index * 3600 }),
  );
  assert.deepEqual((await analysed(slow)).notes, ['Scan::Slow_Scan']);
});

test('what was let through, late answers and pings are no failures, with flags and without', async () => {
  const times = (make: (index: number) => string) => Array.from({ length: 40 }, (_, index) => make(index));
  const quiet = [
    times((index) => line({ ports: `50000 ${index + 1}`, end: 'ACCEPT 2' })),
    // A server's answers, after its client was forgotten.
    times((index) => line({ ports: `443 ${50_000 + index}`, end: 'REJECT 18' })),
    times((index) => line({ ports: `443 ${50_000 + index}`, end: 'REJECT 0' })),
    times((index) => line({ ports: `443 ${50_000 + index}`, end: 'REJECT -' })),
    times((index) => line({ ports: `53 ${50_000 + index}`, protocol: 17, end: 'REJECT -' })),
    times((index) => line({ to: `10.0.1.${index}`, ports: '0 0', protocol: 1, end: 'REJECT -' })),
    times((index) => line({ to: `224.0.0.${index}`, ports: '50000 1900', protocol: 17, end: 'REJECT -' })),
  ];
  for (const lines of quiet) assert.deepEqual((await analysed(lines)).notes, [], lines[0]);
  const asked = times((index) => line({ ports: `50000 ${index + 1}`, protocol: 17, end: 'REJECT -' }));
  assert.deepEqual((await analysed(asked)).notes, ['Scan::Port_Scan']);
});

test('what a host sends out far above its days before is told, and what was rejected did not leave', async () => {
  const day = (at: number, bytes: number, end = 'ACCEPT 3') =>
    line({ from: '10.0.0.5', to: '198.51.100.7', ports: '40000 443', bytes, at: START + at * DAY, end });
  const usual = [day(0, 1e6), day(1, 1e6), day(2, 1e6)];
  const { notices } = await analysed([...usual, day(3, 5e8)]);
  assert.deepEqual(
    notices.map(({ note, src, dst, arithmetic }) => [note, src, dst, arithmetic.count]),
    [['Traffic::Upload', '10.0.0.5', '198.51.100.7', 5e8]],
  );
  assert.deepEqual((await analysed([...usual, day(3, 5e8, 'REJECT 2')])).notes, []);
});

test('an address on a list is told of as the log knows it: not who began, but whether it was let through', async () => {
  const { notices } = await analysed([
    line({ from: '10.0.0.5', to: '198.51.100.9', ports: '443 50000', end: 'ACCEPT 19' }),
    line({ from: '198.51.100.9', ports: '50000 443', end: 'ACCEPT 3' }),
    line({ from: '198.51.100.9', ports: '50000 22' }),
  ]);
  assert.deepEqual(
    notices.map(({ note, src, severity, n }) => [note, src, severity, n]),
    [
      ['Intel::Listed_Address', '198.51.100.9', 'medium', 2],
      ['Intel::Listed_Address', '198.51.100.9', 'low', 1],
    ],
  );
});

test('of a log that ends badly what came before is kept, and how it ended is told', async () => {
  const cut = networkErrors('network_capture_unreadable');
  const { batches, problem, summary } = await analysed([line(), line({ bytes: 70 })], cut);
  assert.equal(batches[0]?.conn.length, 2);
  assert.ok(hasCode(problem, 'network_capture_unreadable'));
  assert.equal(summary.flows, 2);
  await assert.rejects(analysed([], new TypeError('a mistake of ours')), TypeError);
});
