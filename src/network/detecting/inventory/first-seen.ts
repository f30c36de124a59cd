import type { ConnRecord } from '../../records/conn-record.ts';
import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf } from '../detector.ts';
import { numberCodec } from '../known/known-state.ts';
import { contactOf } from '../scans/contact.ts';

const DAY = 86_400;
const MOST_OUTSIDE = 50_000;
const MOST_SERVICES = 20_000;
const SHOWN = 10;

/** Services that answer and hosts outside that were never seen before, once it is known what is usual. */
export function firstSeen({ settings, known, raise }: DetectorDeps): Detector {
  const began = known.map('first-seen-since', 1, numberCodec);
  const services = known.map('services', MOST_SERVICES, numberCodec);
  const outside = known.map('outside', MOST_OUTSIDE, numberCodec);
  const learnSeconds = settings.networkLearnMs / 1000;
  /** Of the day that goes on, for each host: the first few of its new ones. */
  const today = new Map<string, string[]>();
  let todayIs = 0;

  const service = (record: ConnRecord, isLearning: boolean): void => {
    const { ts, uid, proto, 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port } = record;
    const key = keyOf(dst, port, proto);
    if (services.get(key) !== undefined) return;
    services.set(key, ts);
    if (isLearning) return;
    const isReached = !record.local_orig;
    raise(keyOf('new-service', key), ts, uid, () => ({
      ...{ note: 'Inventory::New_Service', src, dst, p: port, proto, severity: isReached ? 'medium' : 'low' },
      msg: `${dst} answers on ${proto} port ${port}, which it was never seen to do`,
      arithmetic: {
        ...{ count: 1, threshold: 1, windowSeconds: learnSeconds },
        explained: [
          `first seen ${new Date(ts * 1000).toISOString()}; what is usual was learned for ${(learnSeconds / DAY).toFixed(1)} days before`,
          isReached
            ? `${src}, which is not in a private network, reached it`
            : `${src} of a private network reached it`,
        ],
      },
    }));
  };

  const host = (record: ConnRecord, isLearning: boolean): void => {
    const { ts, uid, 'id.orig_h': src, 'id.resp_h': dst } = record;
    const isNew = outside.get(dst) === undefined;
    outside.set(dst, ts);
    if (!isNew || isLearning) return;
    const day = Math.floor(ts / DAY);
    if (day !== todayIs) {
      today.clear();
      todayIs = day;
    }
    if (!today.has(src) && today.size >= MOST_SERVICES) return;
    const found = today.get(src) ?? [];
    if (found.length < SHOWN) found.push(dst);
    today.set(src, found);
    raise(
      keyOf('new-outside', src, day),
      ts,
      uid,
      () => ({
        ...{ note: 'Inventory::New_External_Host', src, dst, severity: 'info' },
        msg: `${src} speaks with hosts outside that nobody here spoke with before`,
        arithmetic: {
          ...{ count: found.length, threshold: 1, windowSeconds: DAY },
          explained: [`the first of them today: ${found.join(', ')}`],
        },
      }),
      DAY,
    );
  };

  return {
    conn(record) {
      const { ts, proto } = record;
      if ((proto !== 'tcp' && proto !== 'udp') || contactOf(record) !== 'made') return;
      const isLearning = ts - began.of('all', () => ts) < learnSeconds;
      if (record.local_resp) service(record, isLearning);
      else if (record.local_orig) host(record, isLearning);
    },
  };
}
