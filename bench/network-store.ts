/**
 * Five million flows in the SQLite store: how long the flow table, top talkers and the timeline make somebody wait, and how long it takes
 * to store a million. Straight through the port of the store: packets are the business of network-flows.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSqliteFlowStore } from '../src/network/store/sqlite/sqlite.ts';
import { claim, type Measured } from './frame/claim.ts';
import { type Line, within } from './frame/lines.ts';
import { spread } from './frame/numbers.ts';
import { fill } from './network-store/fill.ts';
import { type Question, questions } from './network-store/questions.ts';

const { values } = parseArgs({ options: { flows: { type: 'string' }, rounds: { type: 'string' } } });
const FLOWS = Number(values.flows ?? 5_000_000);
const ROUNDS = Number(values.rounds ?? 7);
const STORED = 1_000_000;
/** A day in UTC, whichever: no answer hangs on today's. */
const FROM = Date.UTC(2026, 8, 21) / 1000;
const MOST_MS = 300;
const DEEP_PAGES = 100;

type Store = Awaited<ReturnType<typeof openSqliteFlowStore>>;

const open = (folder: string): Promise<Store> =>
  openSqliteFlowStore({ folder, mostBytes: 2 ** 40, keptMs: 1e12, clock: Date.now });

async function times(store: Store, { ask }: Question, cursor?: string): Promise<readonly number[]> {
  const all: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    await ask(store, cursor);
    all.push(performance.now() - begun);
  }
  return all;
}

async function ask(store: Store, question: Question): Promise<Line[]> {
  const { what, isBounded, isDeep } = question;
  const first = await times(store, question);
  if (!isBounded) return [{ what, measured: spread(first, 'ms') }];
  const lines = [within(what, first, 'ms', MOST_MS)];
  if (!isDeep) return lines;
  let cursor: string | undefined;
  for (let page = 0; page < DEEP_PAGES; page += 1) cursor = (await question.ask(store, cursor)).next ?? cursor;
  return [...lines, within(`${what}, page ${DEEP_PAGES + 1}`, await times(store, question, cursor), 'ms', MOST_MS)];
}

async function measure(folder: string): Promise<Measured> {
  const lines: Line[] = [];
  for (let round = 0; round < 3; round += 1) {
    await using store = await open(join(folder, `million-${round}`));
    const { storedMs, storedCpuMs } = await fill(store, STORED, FROM);
    const cpu = `${storedCpuMs.toFixed(0)} ms of the processor`;
    lines.push({ what: 'store 1,000,000 flows', measured: `${storedMs.toFixed(0)} ms, ${cpu}` });
  }
  await using store = await open(join(folder, 'all'));
  const { from, to, storedMs } = await fill(store, FLOWS, FROM);
  const { flows, bytes } = await store.usage();
  if (flows !== FLOWS) throw new Error(`${flows} flows are there in place of ${FLOWS}`);
  lines.push({ what: `store ${FLOWS.toLocaleString('en')} flows`, measured: `${storedMs.toFixed(0)} ms` });
  lines.push({ what: 'on the disk, for each flow', measured: `${(bytes / flows).toFixed(1)} bytes` });
  for (const question of questions(from, to)) lines.push(...(await ask(store, question)));
  return {
    title: `what is asked of ${FLOWS.toLocaleString('en')} kept flows`,
    lines,
    notes: [
      `Flows of one day between 4,000 hosts and 200,000 others, few of which are busy; pages of 100, the newest first, over the whole day. In brackets the quickest and the slowest of ${ROUNDS}, the first of which has nothing in its caches of the process.`,
      'A flow does not carry its Community ID: it is reckoned for each that is looked at, and the page ends after two seconds and says where to go on.',
    ],
  };
}

await claim('network-store', measure);
