/** Runs verbs of buckets/ for the agent in a process of their own: what the libraries of a store take is given back after it. */
import { extname } from 'node:path';
import { agentErrors, runWorker, type BucketsAnswer, type RunBuckets } from '../../agent/index.ts';

/** The built product has `agent-buckets-worker.js` beside this code, a checkout `agent-buckets-worker.ts`. */
const WORKER_FILE = new URL(`./agent-buckets-worker${extname(import.meta.url)}`, import.meta.url);
const MEMORY_BYTES = 512 * 2 ** 20;

export const runBuckets: RunBuckets = async (job, onBuckets, signal) => {
  const onMessage = (message: BucketsAnswer): void => {
    if (message.kind === 'ready' || message.kind === 'trouble') onBuckets(message);
  };
  // With our environment: credentials of the store are found there. The token of the host comes over the channel.
  const work = { file: WORKER_FILE, job, memoryBytes: MEMORY_BYTES, withEnvironment: true, onMessage };
  const { last, endedBy } = await runWorker<BucketsAnswer>(work, signal);
  if (last?.kind === 'done') return;
  const detail = last?.kind === 'failed' ? last.title : `its process ended with ${endedBy}`;
  throw agentErrors('agent_buckets_failed', { attempted: `Run buckets ${job.verb}`, detail });
};
