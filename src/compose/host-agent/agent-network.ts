/** Captures for the agent in a process of its own: what a flood of packets takes is given back after it, and ends nobody else. */
import { extname } from 'node:path';
import { agentErrors, runWorker, type NetworkAnswer, type RunNetwork } from '../../agent/index.ts';

/** The built product has `agent-network-worker.js` beside this code, a checkout `agent-network-worker.ts`. */
const WORKER_FILE = new URL(`./agent-network-worker${extname(import.meta.url)}`, import.meta.url);
const MEMORY_BYTES = 256 * 2 ** 20;

export const runNetwork: RunNetwork = async (job, onNetwork, signal) => {
  const onMessage = (message: NetworkAnswer): void => {
    if (message.kind !== 'done' && message.kind !== 'failed') onNetwork(message);
  };
  // With our environment: settings are found there. The token of the host comes over the channel.
  const work = {
    ...{ file: WORKER_FILE, job, memoryBytes: MEMORY_BYTES, withEnvironment: true, onMessage },
    tellsItsEnd: true,
  };
  const { last, endedBy } = await runWorker<NetworkAnswer>(work, signal);
  if (last?.kind === 'done') return;
  const detail = last?.kind === 'failed' ? last.title : `its process ended with ${endedBy}`;
  throw agentErrors('agent_network_failed', { attempted: `Capture on ${job.interface}`, detail });
};
