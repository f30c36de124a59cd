/** Captures that admins upload: read as they come, into the store; the packets themselves are kept nowhere. */
import { HoldfastError } from '../../base/errors.ts';
import { analyse } from '../analysing/analyse.ts';
import { openCapture } from '../capture/capture.ts';
import { openCaptureStream } from '../capture/capture-input.ts';
import { openDetections } from '../detecting/index.ts';
import { networkErrors } from '../errors.ts';
import type { AnalysedBatch } from '../analysing/analysed-batch.ts';
import { beginCapture, noticesAlone, withContentId } from '../store/same-capture.ts';
import type * as wire from '../wire.ts';
import type { ServedNetworkDeps } from './served-network.ts';

export interface UploadActor {
  readonly actorId: string;
  readonly sessionId: string;
}

type Upload = (who: UploadActor, name: string, body: AsyncIterable<Uint8Array>) => Promise<wire.CaptureReply>;

/** What stands behind `upload:` in the name of a sensor: what names of files bring along is left out. */
const UNFIT = /[^\p{L}\p{N}._ -]/gu;

export function openUploads(deps: ServedNetworkDeps): Upload {
  const { store, settings, addressFiles, onNotices, audit, clock, log } = deps;
  let isBusy = false;
  return async (who, name, body) => {
    const sensor = `upload:${name.replace(UNFIT, '_').slice(0, 100)}`;
    const attempted = `Read the capture “${name}”`;
    // Each has memory for a million flows of its own.
    if (isBusy) throw networkErrors('network_upload_busy', { attempted });
    isBusy = true;
    try {
      const counts = { flows: 0, records: 0, notices: 0 };
      let known = 0;
      const leftOut = new Map<string, number>();
      const sink = async (analysed: AnalysedBatch): Promise<void> => {
        const batch = withContentId(analysed);
        const { logs, notices, coverage } = batch;
        if (!(await store.add(batch))) {
          known += batch.columns.count;
          if (notices.length > 0) await store.add(noticesAlone(batch));
        }
        if (notices.length > 0) await onNotices(sensor, notices);
        counts.flows += batch.columns.count;
        counts.records += logs.length;
        counts.notices += notices.length;
        for (const [why, packets] of Object.entries(coverage.leftOut)) {
          leftOut.set(why, (leftOut.get(why) ?? 0) + packets);
        }
      };
      await using input = openCaptureStream(limited(body, settings.networkCaptureBytes, attempted), name);
      const { read, seed } = await beginCapture(input.read);
      const capture = await openCapture(read, input.name);
      const { signal } = new AbortController();
      // Of another place and time: what is usual there is learned from the capture alone, and forgotten with it.
      await using opening = await openDetections({ settings, folder: null, ...addressFiles });
      const { detections, warnings } = opening;
      for (const line of warnings) log.warn({ sensor }, line);
      const summary = await analyse(capture, { settings, sensor, sink, detections, clock, signal, seed });
      const { problem } = capture;
      if (problem)
        log.info(
          { sensor, code: problem instanceof HoldfastError ? problem.code : 'unknown' },
          'An uploaded capture ends badly',
        );
      audit.note({
        ...{ act: 'capture.uploaded', ...who, subjectIds: [] },
        facts: { sensor, packets: summary.packets, ...counts },
      });
      return {
        ...{ sensor, packets: summary.packets, ...counts, known },
        fromTime: summary.from,
        toTime: summary.to,
        leftOut: Object.fromEntries(leftOut),
        problem: problem && problemOf(problem),
      };
    } finally {
      isBusy = false;
    }
  };
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
