import { createHash, type Hash } from 'node:crypto';
import { HoldfastError } from '../../base/errors.ts';
import type { Detections } from '../detecting/index.ts';
import type { IdSeed } from '../records/flow-id.ts';
import type { LoggedFlow } from '../records/logged-flow.ts';
import type { FlowBatch } from '../store/flow-batch.ts';
import { loggedFlowOf } from '../vpc/logged-flow-of.ts';
import { KEPT_FIELDS, type VpcLine, VpcReader } from '../vpc/vpc-lines.ts';
import { addToSummary, type VpcSummary } from '../vpc/vpc-summary.ts';

export interface FlowLogAnalysis {
  /** Of the file, as people call it. */
  readonly name: string;
  /** `upload:NAME` */
  readonly sensor: string;
  /** Resolves when the batch is where it belongs. */
  readonly sink: (batch: FlowBatch) => Promise<void>;
  /** What looks for what is wrong; without it nobody does. */
  readonly detections?: Pick<Detections, 'logged' | 'take'>;
  /** Goes on counting there. */
  readonly summary: VpcSummary;
  readonly signal: AbortSignal;
}

/** As many as of packets; see analyse.ts. */
const BATCH_LINES = 8000;

/**
 * From the lines of one flow log to batches of flows and alerts, in memory for one batch. The same lines make the same batches with the same uids, so that a log that
 * is read again adds nothing. Resolves to how it ended badly, `null`: it did not; what came before is kept either way. Throws `network_vpc_unknown`,
 * and what the sink throws.
 */
export async function analyseFlowLog(
  lines: AsyncIterable<string>,
  analysis: FlowLogAnalysis,
): Promise<HoldfastError | null> {
  const { name, sensor, sink, detections, summary, signal } = analysis;
  const reader = new VpcReader(name, summary, KEPT_FIELDS);
  let [batch, hash] = [[] as VpcLine[], null as Hash | null];
  const send = async (isEnd: boolean): Promise<void> => {
    signal.throwIfAborted();
    const digest = (hash ?? createHash('sha256')).digest();
    const seed: IdSeed = [digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8)];
    const conn = batch.flatMap((line, index): LoggedFlow[] => {
      const flow = loggedFlowOf(line, seed, index + 1);
      if (flow === null) summary.malformed += 1;
      else addToSummary(summary, line);
      return flow === null ? [] : [flow];
    });
    [batch, hash] = [[], null];
    for (const flow of conn) detections?.logged(flow);
    const notices = detections?.take(isEnd) ?? [];
    if (conn.length + notices.length === 0) return;
    const id = `flow-log-${digest.toString('base64url')}`;
    await sink({ id, sensor, conn, logs: [], notices, coverage: coverageOf(conn, notices[0]?.last ?? 0) });
  };
  let problem: HoldfastError | null = null;
  const untilThere = untilProblem(lines, (error) => (problem = error));
  for await (const line of untilThere) {
    const read = reader.read(line);
    if (read === null) continue;
    batch.push(read);
    // The same line means something else where its fields are others.
    hash ??= createHash('sha256').update(reader.fields);
    hash.update('\n').update(line);
    if (batch.length === BATCH_LINES) await send(false);
  }
  await send(true);
  return problem;
}

/** Ends where the lines end badly. */
async function* untilProblem(
  lines: AsyncIterable<string>,
  onProblem: (problem: HoldfastError) => void,
): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    onProblem(error);
  }
}

/** `nowS`: where there is no flow, but something is wrong about those before. */
function coverageOf(conn: readonly LoggedFlow[], nowS: number): FlowBatch['coverage'] {
  let [from, to, packets] = [Infinity, 0, 0];
  for (const { ts, duration, orig_pkts: sent } of conn) {
    from = Math.min(from, ts);
    to = Math.max(to, ts + duration);
    packets += sent;
  }
  const isEmpty = conn.length === 0;
  return { from: isEmpty ? nowS : from, to: isEmpty ? nowS : to, packets, dropped: 0, leftOut: {} };
}
