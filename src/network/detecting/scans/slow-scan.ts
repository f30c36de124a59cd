import type { KeptFlow } from '../../records/logged-flow.ts';
import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf, MOST_SOURCES } from '../detector.ts';
import { DistinctCount } from '../known/distinct-count.ts';
import type { Codec } from '../known/known-state.ts';
import { contactOf } from './contact.ts';

/** Two halves of the window: the elder goes when the younger is full, so that a half at least is always there. */
interface Sketch {
  readonly since: number;
  readonly failed: DistinctCount;
  readonly before: DistinctCount | null;
}

const sketchCodec: Codec<Sketch> = {
  encode: ({ since, failed, before }) => [since, failed, before],
  decode(kept) {
    if (!Array.isArray(kept) || typeof kept[0] !== 'number') return null;
    const [since, failed, before] = [kept[0], DistinctCount.from(kept[1]), DistinctCount.from(kept[2])];
    return failed && { since, failed, before };
  },
};

/** A source that tries little at a time and much over days: what it failed at is kept over restarts, for each source. */
export function slowScan({ settings, known, raise }: DetectorDeps): Detector {
  const sketches = known.map('slow-scan', MOST_SOURCES, sketchCodec);
  const windowSeconds = settings.networkSlowScanWindowMs / 1000;
  const half = windowSeconds / 2;
  const quickSeconds = settings.networkScanWindowMs / 1000;
  function look(record: KeptFlow): void {
    // What hosts of a private network ask the world fails too often to say anything.
    const { local_orig: isLocal } = record;
    if (record.proto === 'icmp' || record.partial || (isLocal && !record.local_resp)) return;
    if (contactOf(record) !== 'failed') return;
    const threshold = settings.networkSlowScanTries;
    const { ts, uid, 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port } = record;
    let sketch = sketches.get(src);
    if (!sketch || ts - sketch.since > half) {
      const before = sketch && ts - sketch.since <= windowSeconds ? sketch.failed : null;
      sketch = { since: ts, failed: new DistinctCount(), before };
      sketches.set(src, sketch);
    }
    const { failed, before } = sketch;
    failed.add(`${dst} ${port}`);
    const total = failed.size + (before?.size ?? 0);
    // What comes at once is a scan of hosts or ports, and told as that.
    const span = ts - sketch.since + (before ? half : 0);
    if (total < threshold || span < quickSeconds) return;
    raise(
      keyOf('slow-scan', src),
      ts,
      uid,
      () => {
        const tries = failed.size + (before?.size ?? 0);
        return {
          ...{ note: 'Scan::Slow_Scan', src },
          msg: `${src} tried ${tries.toLocaleString('en-US')} addresses and ports within ${spanText(span)} that gave no connection`,
          severity: isLocal ? 'high' : 'medium',
          arithmetic: {
            ...{ count: tries, threshold, windowSeconds },
            explained: [
              `${String(failed)} distinct pairs of host and port gave no connection since ${new Date(sketch.since * 1000).toISOString()}`,
              ...(before ? [`and ${String(before)} in the ${half / 3600} hours before that`] : []),
              `together ${tries}; ${threshold} within ${windowSeconds / 3600} hours are a scan, however slow`,
            ],
          },
        };
      },
      windowSeconds,
    );
  }
  return { conn: look, logged: look };
}

function spanText(seconds: number): string {
  const hours = seconds / 3600;
  if (hours < 2) return `${Math.round(seconds / 60)} minutes`;
  return hours < 48 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`;
}
