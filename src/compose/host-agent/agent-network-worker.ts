/** A process of its own that captures for the agent, keeps what it saw on the disk, and hands it to the server. */
import { join } from 'node:path';
import { getRandomValues } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  keepSendingBatches,
  type NetworkAnswer,
  type NetworkJob,
  openAlarm,
  openAttempts,
  openBatchSpool,
} from '../../agent/index.ts';
import { systemClock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import { openApiClient } from '../../cli/index.ts';
import { addressFilesIn, readEnvironment, settingsIn } from '../../config/index.ts';
import { findMysqlLogHere } from '../network-guard/local-network.ts';
import {
  analyse,
  batchTexts,
  openCapture,
  openDatabaseLog,
  openDetections,
  openRing,
  ProcessOfFlow,
  startCapture,
} from '../../network/index.ts';

/** How long what is broken off may take to end; then nobody waits for it. */
const ENDING_MS = 8000;
/** What detections know outlives a restart; a kill costs this much of it. */
const KEEP_KNOWN_MS = 5 * 60_000;

const compress = promisify(gzip);
const abort = new AbortController();
process.once('message', (job: NetworkJob) => {
  // The next is that it is to end; the channel stays, for what is told of the end.
  process.once('message', () => abort.abort());
  run(job).then(
    (why) => end(why === null ? { kind: 'done' } : { kind: 'failed', title: why }),
    (error: unknown) => end(failure(error)),
  );
});
// The agent ends it itself; when it was killed, there is nobody to look for.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.once('disconnect', () => {
  abort.abort();
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), ENDING_MS).unref();
});

/** Resolves to why it ended by itself; `null`: it was to. */
async function run(job: NetworkJob): Promise<string | null> {
  const { server, token, stateFolder, hostId } = job;
  const environment = readEnvironment();
  const { agent: agentSettings, network: settings } = settingsIn(environment);
  const { signal } = abort;
  const time = {
    passedMs: () => performance.now(),
    wait: (ms: number, own: AbortSignal) => wait(ms, undefined, { signal: own }),
  };
  using client = openApiClient({ url: server, token, userAgent: 'holdfast-agent', signal });
  await using spool = await openBatchSpool(stateFolder, {
    mostBytes: agentSettings.agentFlowsBytes,
    mostHeldBytes: agentSettings.agentFlowsHeldBytes,
    onLost: (batches, why) => tell({ kind: 'lost', batches, why }),
    onTrouble: (line) => tell({ kind: 'trouble', line }),
  });
  await using known = await openDetections({
    settings,
    folder: join(stateFolder, 'agent'),
    ...addressFilesIn(environment),
  });
  for (const line of known.warnings) tell({ kind: 'trouble', line });
  using saving = setInterval(() => void known.save().catch(() => undefined), KEEP_KNOWN_MS);
  saving.unref();
  const alarm = openAlarm(time);
  const attempts = openAttempts({
    ...{ time, settings: agentSettings, random: Math.random, signal },
    onFailure: ({ title }) => tell({ kind: 'trouble', line: `${server}: ${title}. It is asked again and again.` }),
  });
  await using ring = job.ring && (await openRing({ ...job.ring, clock: systemClock }));
  const choice = {
    interface: job.interface,
    filter: job.filter,
    snapBytes: settings.networkSnapBytes,
    bufferKib: settings.networkBufferKib,
  };
  await using live = await startCapture(choice, ring ? { onBytes: (bytes) => ring.write(bytes) } : {});
  signal.addEventListener('abort', live.stop, { once: true });
  if (signal.aborted) live.stop();
  tell({ kind: 'ready' });
  await using database = openDatabaseLog({
    ...{ detections: known.detections, findLog: findMysqlLogHere, clock: systemClock },
    againSeconds: settings.networkAlertAgainMs / 1000,
    onTrouble: (line) => tell({ kind: 'trouble', line }),
  });
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = getRandomValues(new Int32Array(5));
  const analysing = analyse(await openCapture(live.read, job.interface), {
    ...{ settings, seed: [a, b, c, d, e], sensor: hostId, clock: systemClock, live },
    ...{ detections: database.detections, onFlowsOver: database.lastLook },
    processes: new ProcessOfFlow(),
    // What was seen is kept, however it ends.
    signal: new AbortController().signal,
    async sink(batch) {
      for (const text of batchTexts(batch, settings.networkPostBytes)) {
        await spool.add(await compress(text));
      }
      alarm.ring();
    },
  });
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const sending = keepSendingBatches({
    ...{ spool, attempts, alarm, signal },
    post(bytes) {
      // By it the server sees whether the clock of this host is right.
      const date = new Date().toUTCString();
      return client.upload('POST', '/agent/network', {
        headers: { ...headers, date },
        size: bytes.length,
        body: once(bytes),
      });
    },
    onRefused: ({ title }) => tell({ kind: 'lost', batches: 1, why: title }),
  });
  try {
    await Promise.race([analysing, sending]);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    live.stop();
    await analysing;
    abort.abort();
    await sending.catch(() => undefined);
  }
  const why = live.failure();
  return why === null ? null : `${live.tool}: ${why}`;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function tell(answer: NetworkAnswer, then = (): void => {}): void {
  if (process.connected) process.send?.(answer, then);
}

function end(answer: NetworkAnswer): void {
  tell(answer, () => process.disconnect());
}

/** A foreign message may quote what it choked on. */
function failure(error: unknown): NetworkAnswer {
  if (error instanceof HoldfastError) return { kind: 'failed', title: error.message };
  const { code, name } = error as NodeJS.ErrnoException;
  return { kind: 'failed', title: code ?? name };
}
