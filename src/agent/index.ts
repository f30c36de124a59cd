/**
 * agent/ is the program that runs on a host, mostly as root: it looks at the host on a schedule and hands what it saw to a
 * server that it was enrolled at. It takes nothing from the server but when to look. Start reading in agent.ts; spool.ts is
 * what survives a kill.
 */
export { agentErrors } from './errors.ts';
export { openAttempts } from './attempts.ts';
export { openAgentFiles } from './kept.ts';
export { openAlarm } from './alarm.ts';
export { keepSendingBatches } from './batch-sending.ts';
export { openBatchSpool } from './batch-spool.ts';
export type { NetworkAnswer, NetworkJob, RunNetwork } from './network.ts';
export type { BucketsAnswer, BucketsJob, RunBuckets } from './buckets.ts';
export { scanInProcess } from './scan-process.ts';
export { openSpool } from './spool.ts';
export { runWorker } from './worker-process.ts';
