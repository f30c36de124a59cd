/** Captures and flow logs that admins upload: read as they come, into the store; the packets themselves are kept nowhere. */
import { timestamp } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import { untilAborted } from '../../storage/index.ts';
import { analyse } from '../analysing/analyse.ts';
import { openCapture } from '../capture/capture.ts';
import { openCaptureStream } from '../capture/capture-input.ts';
import { openDetections } from '../detecting/index.ts';
import { networkErrors } from '../errors.ts';
import type { AnalysedBatch } from '../analysing/analysed-batch.ts';
import { analyseFlowLog } from '../analysing/analyse-flow-log.ts';
import type { FlowBatch } from '../store/flow-batch.ts';
import { beginCapture, noticesAlone, withContentId } from '../store/same-capture.ts';
import { flowLogIn } from '../vpc/flow-log-in.ts';
import { LOG_LINE, textLines } from '../vpc/text-lines.ts';
import { emptySummary } from '../vpc/vpc-summary.ts';
import type * as wire from '../wire.ts';
import type { ServedNetworkDeps } from './served-network.ts';

export interface UploadActor {
  readonly actorId: string;
  readonly sessionId: string;
}

/** `signal`: aborted with the reason, when the one who uploads may do so no more; what was read until then is kept. */
type Upload = (
  who: UploadActor,
  name: string,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
) => Promise<wire.CaptureReply>;

/** What stands behind `upload:` in the name of a sensor: what names of files bring along is left out. */
const UNFIT = /[^\p{L}\p{N}._ -]/gu;

export function openUploads(deps: ServedNetworkDeps): Upload {
  const { store, settings, addressFiles, onNotices, audit, clock, log } = deps;
  let isBusy = false;
  return async (who, name, body, signal) => {
    const sensor = `upload:${name.replace(UNFIT, '_').slice(0, 100)}`;
    const attempted = `Read the capture “${name}”`;
    // Each has memory for a million flows of its own.
    if (isBusy) throw networkErrors('network_upload_busy', { attempted });
    isBusy = true;
    try {
      const counts = { flows: 0, records: 0, notices: 0 };
      let known = 0;
      const leftOut = new Map<string, number>();
      const sink = async (batch: AnalysedBatch | FlowBatch): Promise<void> => {
        const { logs, notices, coverage } = batch;
        const flows = 'columns' in batch ? batch.columns.count : batch.conn.length;
        if (!(await store.add(batch))) {
          known += flows;
          if (notices.length > 0) await store.add(noticesAlone(batch));
        }
        if (notices.length > 0) await onNotices(sensor, notices);
        counts.flows += flows;
        counts.records += logs.length;
        counts.notices += notices.length;
        for (const [why, packets] of Object.entries(coverage.leftOut)) {
          leftOut.set(why, (leftOut.get(why) ?? 0) + packets);
        }
      };
      // Of another place and time: what is usual there is learned from the capture alone, and forgotten with it.
      await using opening = await openDetections({ settings, folder: null, ...addressFiles });
      const { detections, warnings } = opening;
      for (const line of warnings) log.warn({ sensor }, line);
      const within = (pieces: AsyncIterable<Uint8Array>) => limited(pieces, settings.networkCaptureBytes, attempted);
      const readLog = async (text: AsyncIterable<Uint8Array>): Promise<Read> => {
        const summary = emptySummary();
        const lines = textLines(within(text), name, LOG_LINE);
        const problem = await analyseFlowLog(lines, { name, sensor, sink, detections, summary, signal });
        if (problem?.code === 'network_upload_too_large') throw problem;
        const { packets, from, to, skipData, malformed } = summary;
        leftOut.set('logLost', skipData).set('noFlow', malformed);
        return { packets, from: timeOf(from), to: timeOf(to), problem };
      };
      const readPackets = async (pieces: AsyncIterable<Uint8Array>): Promise<Read> => {
        await using input = openCaptureStream(pieces, name);
        const { read, seed } = await beginCapture(input.read);
        const capture = await openCapture(read, input.name);
        const kept = (analysed: AnalysedBatch): Promise<void> => sink(withContentId(analysed));
        const summary = await analyse(capture, { settings, sensor, sink: kept, detections, clock, signal, seed });
        return { ...summary, problem: capture.problem };
      };
      const { isFlowLog, pieces } = await flowLogIn(within(untilAborted(body, signal)));
      signal.throwIfAborted();
      const note = (packets: number | null): void =>
        audit.note({
          ...{ act: 'capture.uploaded', ...who, subjectIds: [] },
          facts: { sensor, ...(packets !== null && { packets }), ...counts },
        });
      const { packets, from, to, problem } = await (isFlowLog ? readLog(pieces) : readPackets(pieces)).catch(
        (error: unknown) => {
          // What was read before it broke off, or before they might no longer, is kept.
          if (counts.flows + counts.records + counts.notices > 0) note(null);
          throw error;
        },
      );
      if (problem)
        log.info(
          { sensor, code: problem instanceof HoldfastError ? problem.code : 'unknown' },
          'An uploaded capture ends badly',
        );
      note(packets);
      return {
        ...{ sensor, packets, ...counts, known },
        fromTime: from,
        toTime: to,
        leftOut: Object.fromEntries(leftOut),
        problem: problem && problemOf(problem),
      };
    } finally {
      isBusy = false;
    }
  };
}

/** What came of a file. Times are RFC 3339; `null`: there was nothing. */
interface Read {
  readonly packets: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly problem: Error | null;
}

function timeOf(seconds: number | null): string | null {
  return seconds === null ? null : timestamp(seconds * 1000);
}

function problemOf(problem: Error): wire.CaptureReply['problem'] {
  const code = problem instanceof HoldfastError ? problem.code : 'network_capture_unreadable';
  return { code, detail: problem.message };
}

/** Throws `network_upload_too_large` where it becomes so. */
async function* limited(body: AsyncIterable<Uint8Array>, most: number, attempted: string): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > most) throw networkErrors('network_upload_too_large', { attempted, detail: `more than ${most} bytes` });
    yield piece;
  }
}
