import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf, MOST_PAIRS } from '../detector.ts';
import { BoundedMap } from '../known/bounded-map.ts';
import { DistinctCount } from '../known/distinct-count.ts';
import { contactOf } from './contact.ts';

interface Pressed {
  readonly since: number;
  half: number;
  all: number;
  readonly sources: DistinctCount;
}

/** Of all connections to it so many are never finished. */
const SHARE = 0.8;

/** Connections to one place that are begun and never finished, more than people make and most of all there are. */
export function synFlood({ settings, raise }: DetectorDeps): Detector {
  const pressed = new BoundedMap<Pressed>(MOST_PAIRS);
  const windowSeconds = settings.networkFloodWindowMs / 1000;
  const threshold = settings.networkFloodHalfOpen;
  return {
    conn(record) {
      if (record.proto !== 'tcp' || record.partial) return;
      const contact = contactOf(record);
      if (contact === 'other') return;
      const { ts, uid, 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port } = record;
      const key = keyOf(dst, port);
      let place = pressed.get(key);
      if (!place || Math.abs(ts - place.since) > windowSeconds) {
        place = { since: ts, half: 0, all: 0, sources: new DistinctCount() };
        pressed.set(key, place);
      }
      place.all += 1;
      // Refused or broken off by whoever asked: nothing is held open for it.
      if (contact === 'made' || record.conn_state === 'REJ' || /r/i.test(record.history ?? '')) return;
      place.half += 1;
      place.sources.add(src);
      const { half, all, sources } = place;
      if (half < threshold || half < all * SHARE) return;
      const seen = place;
      raise(keyOf('syn-flood', key), ts, uid, () => ({
        ...{ note: 'Flood::SYN_Flood', dst, p: port, proto: 'tcp', ...(sources.size === 1 ? { src } : {}) },
        msg: `${seen.half.toLocaleString('en-US')} connections to ${dst} port ${port} were begun and never finished`,
        severity: 'high',
        arithmetic: {
          ...{ count: seen.half, threshold, windowSeconds },
          explained: [
            `${seen.half} of ${seen.all} connections (${Math.round((seen.half / seen.all) * 100)} %) within ${windowSeconds} s were never finished; ${threshold} and ${SHARE * 100} % are a flood`,
            `they name ${String(sources)} sources, which may all be invented`,
          ],
        },
      }));
    },
  };
}
