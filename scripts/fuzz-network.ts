/**
 * `node scripts/fuzz-network.ts [--minutes N] [--seed N]`: reads captures that chance made and damaged, sessions of every protocol, flow logs and databases of
 * addresses, each from its seed, until the time is up. Ends with 1 at the first that throws, takes more than a second of a processor, or makes memory grow, and is
 * killed at one that hangs for a minute; the seed is printed.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { mmdbSurvives, vpcSurvives } from '../test/support/network/hostile/files.ts';
import { sessionSurvives } from '../test/support/network/hostile/sessions.ts';
import { survives } from '../test/support/network/hostile/captures.ts';

const MOST_MS = 1000;
const MOST_GROWTH_MIB = 128;
const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
const minutes = Number(values.minutes ?? 1);
const first = Number(values.seed ?? Date.now() % 2 ** 31);
const until = performance.now() + minutes * 60_000;
const residentMiB = (): number => process.memoryUsage.rss() / 2 ** 20;

const atWork = new Int32Array(new SharedArrayBuffer(4));
new Worker(new URL('./fuzz-watchdog.ts', import.meta.url), { workerData: atWork }).unref();

let [logged, databases] = [0, 0];
let [packets, said, slowestMs, slowest, seed] = [0, 0, 0, first, first];
let startMiB: number | undefined;
process.stdout.write(`Seeds from ${first}, for ${minutes} min\n`);
try {
  for (; performance.now() < until; seed += 1) {
    Atomics.store(atWork, 0, seed);
    const before = process.cpuUsage();
    packets += await survives(seed);
    said += await sessionSurvives(seed);
    logged += await vpcSurvives(seed);
    databases += Number(mmdbSurvives(seed));
    // What else the machine does is nobody's fault.
    const { user, system } = process.cpuUsage(before);
    const tookMs = (user + system) / 1000;
    if (tookMs > slowestMs) [slowestMs, slowest] = [tookMs, seed];
    if (tookMs > MOST_MS) throw new Error(`The seed ${seed} took ${tookMs.toFixed(0)} ms`);
    // What a process takes before its first collections is no growth.
    if (seed === first + 500) startMiB = residentMiB();
    if (startMiB !== undefined && residentMiB() > startMiB + MOST_GROWTH_MIB) {
      throw new Error(
        `Up to the seed ${seed} memory grew from ${startMiB.toFixed(0)} MiB to ${residentMiB().toFixed(0)} MiB`,
      );
    }
  }
} finally {
  const figures = `${seed - first} captures and as many sessions, ${packets} packets, ${said} records of protocols, ${logged} flows of logs, ${databases} databases, ${residentMiB().toFixed(0)} MiB`;
  process.stdout.write(`${figures}; the slowest was ${slowest} with ${slowestMs.toFixed(0)} ms\n`);
}
