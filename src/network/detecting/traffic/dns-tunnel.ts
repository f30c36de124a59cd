import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf, MOST_SOURCES } from '../detector.ts';
import { BoundedMap } from '../known/bounded-map.ts';
import { DistinctCount } from '../known/distinct-count.ts';
import { bitsOf, nameParts } from './dns-names.ts';

interface Asked {
  readonly since: number;
  readonly names: DistinctCount;
  queries: number;
  bits: number;
  letters: number;
  answered: number;
}

/** Bands of RITA: so many different names of one domain. */
const MANY = 500;

/**
 * Data that leaves inside of questions for names: many different names of one domain, each of which could carry much. Names of
 * content networks are many as well, and short or alike.
 */
export function dnsTunnel({ settings, raise }: DetectorDeps): Detector {
  const asked = new BoundedMap<Asked>(MOST_SOURCES);
  const windowSeconds = settings.networkDnsTunnelWindowMs / 1000;
  const { networkDnsTunnelNames: threshold, networkDnsTunnelBits: leastBits } = settings;
  return {
    protocol(record) {
      if (record.log !== 'dns' || record.query === undefined || record['id.resp_p'] === 5353) return;
      const parts = nameParts(record.query);
      if (parts === null) return;
      const { ts, uid, 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port, proto } = record;
      const key = keyOf(src, parts.domain);
      let own = asked.get(key);
      if (!own || Math.abs(ts - own.since) > windowSeconds) {
        own = { since: ts, names: new DistinctCount(), queries: 0, bits: 0, letters: 0, answered: 0 };
        asked.set(key, own);
      }
      own.queries += 1;
      // The same name again carries nothing new.
      own.names.add(parts.sub);
      own.bits += bitsOf(parts.sub);
      own.letters += parts.sub.length;
      for (const answer of record.answers ?? []) own.answered += answer.length;
      const { names, queries, bits } = own;
      if (names.size < threshold || bits / queries < leastBits) return;
      const counted = own;
      raise(
        keyOf('dns-tunnel', key),
        ts,
        uid,
        () => {
          const { queries: all, bits: sum, letters, answered } = counted;
          return {
            ...{ note: 'DNS::Tunnel', src, dst, p: port, proto, severity: names.size >= MANY ? 'high' : 'medium' },
            msg: `${src} asked for ${String(names)} different names of ${parts.domain.slice(0, 100)} that look like data`,
            arithmetic: {
              ...{ count: names.size, threshold, windowSeconds },
              explained: [
                `${String(names)} different names of one domain within ${windowSeconds / 3600} hours; ${threshold} are many`,
                `a name has ${(sum / all).toFixed(0)} bits by the spread of its signs, ${(letters / all).toFixed(0)} signs of ${(sum / Math.max(1, letters)).toFixed(1)} bits; ${leastBits} are data`,
                `${all} questions could carry ${Math.round(sum / 8).toLocaleString('en-US')} bytes out; answers had ${answered.toLocaleString('en-US')} signs`,
              ],
            },
          };
        },
        windowSeconds,
      );
    },
  };
}
