/**
 * The evaluator judges >= 20,000 policies a second on one core: reading the text, every way in with its proof, what takes
 * something away, and AWS's own rule. Beside it policyuniverse, which says of the same policies whether the Internet
 * gets in; both are held against the verdicts of the corpus. `npm run services:install -- policyuniverse` brings it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { corpus, type CorpusCase } from '../src/buckets/exposure/testing/test-corpus.ts';
import { exposureOf } from '../src/buckets/index.ts';
import { claim, type Measured } from './frame/claim.ts';
import { race, type Line } from './frame/lines.ts';
import { inTurns, median, spread } from './frame/numbers.ts';

const ROUNDS = 7;
const ROUND_MS = 2_000;
const BUDGET = 20_000;
const PYTHON = join(import.meta.dirname, '../.services/policyuniverse/bin/python');

/** Buckets of the corpus that are a policy and nothing else, and one that can be read. */
function policies(): CorpusCase[] {
  return corpus().filter(
    ({ policy, acl, objectAcls, blockPublicAccess, accessPoints, verdict }) =>
      typeof policy === 'object' && !acl && !objectAcls && !blockPublicAccess && !accessPoints && verdict !== 'unknown',
  );
}

/** Policies judged per second of processor time: whatever else the machine does takes none of it. */
function ours(cases: readonly CorpusCase[]): number {
  let judged = 0;
  const started = performance.now();
  const before = process.cpuUsage();
  while (performance.now() - started < ROUND_MS) {
    for (const { facts } of cases) exposureOf(facts);
    judged += cases.length;
  }
  const { user, system } = process.cpuUsage(before);
  return judged / ((user + system) / 1e6);
}

interface Peer extends AsyncDisposable {
  readonly version: string;
  /** What it says of each policy: whether the Internet gets in; `null`: it failed. */
  readonly verdicts: readonly (boolean | null)[];
  readonly rate: () => Promise<number>;
}

async function policyuniverse(cases: readonly CorpusCase[]): Promise<Peer> {
  const script = join(import.meta.dirname, 'buckets-evaluator/policyuniverse_rate.py');
  const child = spawn(PYTHON, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (line: unknown): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(line)}\n`);
    return JSON.parse(String((await lines.next()).value)) as unknown;
  };
  const texts = cases.map(({ facts }) => ('value' in facts.policy ? facts.policy.value : null));
  const { version, verdicts } = (await ask(texts)) as Pick<Peer, 'version' | 'verdicts'>;
  return {
    version,
    verdicts,
    rate: async () => (await ask(ROUND_MS / 1000)) as number,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, 'close');
    },
  };
}

function wrong(cases: readonly CorpusCase[], verdicts: readonly (boolean | null)[]) {
  const isPublic = cases.map(({ verdict }) => verdict.startsWith('public'));
  const missed = cases.filter((_, index) => isPublic[index] === true && verdicts[index] !== true);
  const cried = cases.filter((_, index) => isPublic[index] === false && verdicts[index] !== false);
  return { missed, cried };
}

async function measure(): Promise<Measured> {
  const cases = policies();
  const title = `policies judged, against policyuniverse`;
  const own = wrong(
    cases,
    cases.map(({ facts }) => exposureOf(facts).verdict.startsWith('public')),
  );
  const notes = [
    `${cases.length} policies of test/vectors/policies, again and again, on one core; a second is one of processor time. Ours names every way in with its proof; policyuniverse says yes or no.`,
    `Ours calls ${own.missed.length} that are public private, and ${own.cried.length} that are private public.`,
  ];
  if (!existsSync(PYTHON)) {
    const rates = await inTurns(ROUNDS, { ours: async () => await Promise.resolve(ours(cases)) });
    return { title, lines: [budgeted({ what: WHAT, measured: spread(rates.ours, '/s') }, rates.ours)], notes };
  }
  await using peer = await policyuniverse(cases);
  const rates = await inTurns(ROUNDS, { ours: async () => await Promise.resolve(ours(cases)), peer: peer.rate });
  const line = race(WHAT, { ...rates, name: 'policyuniverse', unit: '/s', better: 'more' });
  const { missed, cried } = wrong(cases, peer.verdicts);
  const named = (list: readonly CorpusCase[]): string => list.map(({ id }) => id).join(', ');
  notes.push(
    `policyuniverse calls ${missed.length} of them private that are public (${named(missed)}), and ${cried.length} public that are not (${named(cried)}).`,
  );
  return { title, lines: [budgeted(line, rates.ours)], notes, peers: [`policyuniverse ${peer.version}`] };
}

const WHAT = 'policies judged a second, on one core';

function budgeted(line: Line, rates: readonly number[]): Line {
  return { ...line, budget: `>= ${BUDGET.toLocaleString('en')}/s`, ok: median(rates) >= BUDGET };
}

await claim('buckets-evaluator', measure);
