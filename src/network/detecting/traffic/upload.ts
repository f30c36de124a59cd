import { isLogged, type KeptFlow } from '../../records/logged-flow.ts';
import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf, MOST_SOURCES } from '../detector.ts';
import { BoundedMap } from '../known/bounded-map.ts';
import type { Codec } from '../known/known-state.ts';

const DAY = 86_400;
const MOST_DAYS = 14;
/** Before that nobody knows what is usual. */
const LEAST_DAYS = 3;

interface Sent {
  /** Days since 1970. */
  day: number;
  bytes: number;
  /** Of the days before with traffic, the newest last. */
  readonly days: number[];
  /** Whom most of today went to. */
  to: string;
  toBytes: number;
}

const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0;

const sentCodec: Codec<Sent> = {
  encode: ({ day, bytes, days, to, toBytes }) => [day, bytes, days, to, toBytes],
  decode(kept) {
    if (!Array.isArray(kept)) return null;
    const [day, bytes, days, to, toBytes] = kept as unknown[];
    if (!isCount(day) || !isCount(bytes) || !isCount(toBytes) || typeof to !== 'string') return null;
    if (!Array.isArray(days) || days.length > MOST_DAYS || !days.every(isCount)) return null;
    return { day, bytes, days, to, toBytes };
  },
};

/** What a host of the private network sends out on a day, held against its own days before. */
export function upload({ settings, known, raise }: DetectorDeps): Detector {
  const hosts = known.map('uploads', MOST_SOURCES, sentCodec);
  /** Flows that go on are told again and again with all they have. */
  const counted = new BoundedMap<number>(MOST_SOURCES);
  const { networkUploadLeastBytes: least, networkUploadTimes: times } = settings;
  function look(record: KeptFlow): void {
    if (record.local_orig === record.local_resp) return;
    const { uid, ts, duration, 'id.orig_h': orig, 'id.resp_h': resp } = record;
    const [host, to] = record.local_orig ? [orig, resp] : [resp, orig];
    const all = sentOut(record);
    const before = counted.get(uid) ?? 0;
    if (record.partial) counted.set(uid, all);
    const bytes = Math.max(0, all - before);
    if (bytes === 0) return;
    const end = ts + duration;
    const day = Math.floor(end / DAY);
    const sent = hosts.of(host, () => ({ day, bytes: 0, days: [], to, toBytes: 0 }));
    if (day > sent.day) {
      sent.days.push(sent.bytes);
      if (sent.days.length > MOST_DAYS) sent.days.shift();
      Object.assign(sent, { day, bytes: 0, to, toBytes: 0 });
    }
    sent.bytes += bytes;
    if (sent.to === to) sent.toBytes += bytes;
    else if (bytes > sent.toBytes) Object.assign(sent, { to, toBytes: bytes });
    if (sent.days.length < LEAST_DAYS) return;
    const most = Math.max(...sent.days);
    const limit = Math.max(least, times * most);
    if (sent.bytes < limit) return;
    const [today, days, receiver, received] = [sent.bytes, sent.days.length, sent.to, sent.toBytes];
    raise(
      keyOf('upload', host, day),
      end,
      uid,
      () => ({
        ...{ note: 'Traffic::Upload', src: host, dst: receiver, severity: 'high' },
        msg: `${host} sent ${mib(today)} MiB out of the private network today, far more than on any day before`,
        arithmetic: {
          ...{ count: today, threshold: limit, windowSeconds: DAY },
          explained: [
            `${mib(today)} MiB today; on the busiest of ${days} days before it were ${mib(most)} MiB`,
            `${times} times that, and at least ${mib(least)} MiB, are far more`,
            `most of it went to ${receiver}, at least ${mib(received)} MiB`,
          ],
        },
      }),
      DAY,
    );
  }
  return { conn: look, logged: look };
}

/** What left by it, of payload; a flow log knows the packets that were let through, with IP's headers, and the way back is a line of its own. */
function sentOut(record: KeptFlow): number {
  if (isLogged(record)) return record.local_orig && record.action !== 'REJECT' ? record.orig_ip_bytes : 0;
  return record.local_orig ? record.orig_bytes : record.resp_bytes;
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toLocaleString('en-US', { maximumFractionDigits: 1 });
}
