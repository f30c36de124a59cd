import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf } from '../detector.ts';
import { DistinctCount } from '../known/distinct-count.ts';
import { BoundedMap } from '../known/bounded-map.ts';
import type { Codec } from '../known/known-state.ts';
import { beaconScore } from './beacon-score.ts';

/** Whole numbers: tenths of seconds, and bytes. What is longest ago goes. */
interface Series {
  readonly times: number[];
  readonly sizes: number[];
  judgedAt: number;
}

const DAY = 86_400;
const MOST_SERIES = 5000;
const MOST_TIMES = 256;
const LEAST_TIMES = 24;
const JUDGED_EACH = 600;
/** Clocks, names and pings are regular by nature. */
const REGULAR_PORTS = new Set([53, 67, 123, 137, 138, 1900, 5353, 5355]);
/** With fewer hosts nothing can be said of how many of them speak with somebody. */
const LEAST_HOSTS = 20;

const seriesCodec: Codec<Series> = {
  encode: ({ times, sizes, judgedAt }) => [times, sizes, judgedAt],
  decode(kept) {
    if (!Array.isArray(kept)) return null;
    const [times, sizes, judgedAt] = kept as unknown[];
    if (!isNumbers(times) || !isNumbers(sizes) || times.length !== sizes.length || typeof judgedAt !== 'number')
      return null;
    return { times, sizes, judgedAt };
  },
};

const countCodec: Codec<DistinctCount> = { encode: (value) => value, decode: (kept) => DistinctCount.from(kept) };

/** A host of the private network that reports to somebody outside at intervals, as what was planted there does. */
export function beacon({ settings, known, raise }: DetectorDeps): Detector {
  const series = known.map('beacons', MOST_SERIES, seriesCodec);
  const talkedTo = new BoundedMap<DistinctCount>(MOST_SERIES);
  const hosts = known.map('beacon-hosts', 1, countCodec);
  const threshold = settings.networkBeaconScore;
  return {
    conn(record) {
      if (!record.local_orig || record.local_resp || record.partial || record.orig_bytes === 0) return;
      const { ts, uid, proto, 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port } = record;
      if ((proto !== 'tcp' && proto !== 'udp') || REGULAR_PORTS.has(port)) return;
      hosts.of('all', () => new DistinctCount()).add(src);
      talkedTo.of(dst, () => new DistinctCount()).add(src);
      const key = keyOf(src, dst, port, proto);
      const own = series.of(key, () => ({ times: [], sizes: [], judgedAt: 0 }));
      own.times.push(Math.round(ts * 10));
      own.sizes.push(record.orig_bytes);
      if (own.times.length > MOST_TIMES) {
        own.times.shift();
        own.sizes.shift();
      }
      if (own.times.length < LEAST_TIMES || ts - own.judgedAt < JUDGED_EACH) return;
      own.judgedAt = ts;
      // Records come when flows end, so that a long one comes late.
      const order = own.times.map((_, index) => index).toSorted((one, other) => own.times[one]! - own.times[other]!);
      const times = order.map((index) => own.times[index]! / 10);
      const { score: bare, parts } = beaconScore(
        times,
        order.map((index) => own.sizes[index]!),
      );
      const prevalence = prevalenceOf(talkedTo.get(dst)!.size, hosts.get('all')!.size);
      const score = Math.round(100 * Math.min(1, Math.max(0, bare + prevalence.add)));
      if (score < threshold) return;
      const windowSeconds = Math.round(times.at(-1)! - times[0]!);
      raise(
        keyOf('beacon', key),
        ts,
        uid,
        () => ({
          ...{ note: 'Traffic::Beacon', src, dst, p: port, proto, severity: score >= 90 ? 'high' : 'medium' },
          msg: `${src} reports to ${dst} port ${port} at intervals, as a program does that waits for orders`,
          arithmetic: {
            ...{ count: score, threshold, windowSeconds },
            explained: [
              `${times.length} connections score ${score} of 100; ${threshold} are a beacon`,
              ...parts.map(({ name, score: part, why }) => `${name} ${Math.round(part * 100)}: ${why}`),
              ...prevalence.why,
            ],
          },
        }),
        DAY,
      );
    },
  };
}

/** RITA's modifier: what hardly anybody speaks with is suspicious, what everybody does is not. */
function prevalenceOf(speaking: number, all: number): { readonly add: number; readonly why: readonly string[] } {
  if (all < LEAST_HOSTS) return { add: 0, why: [] };
  const share = Math.min(1, speaking / all);
  const add = share <= 0.02 ? 0.15 : share >= 0.5 ? -0.15 : 0;
  if (add === 0) return { add, why: [] };
  return { add, why: [`${add > 0 ? '+' : '−'}15: ${speaking} of about ${all} hosts speak with it`] };
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= MOST_TIMES && value.every((each) => typeof each === 'number');
}
