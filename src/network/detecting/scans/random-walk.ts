import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf, MOST_SOURCES } from '../detector.ts';
import { BoundedMap } from '../known/bounded-map.ts';
import { contactOf } from './contact.ts';

/** Jung et al. 2004, with the numbers of Zeek's trw-impl: how often first contacts of a good source succeed, and of a scanner. */
const [GOOD, SCANNER] = [0.8, 0.2];
const [DETECTED, FALSE_ALARM] = [0.99, 0.01];
const FAILED = (1 - SCANNER) / (1 - GOOD);
const MADE = SCANNER / GOOD;
const IS_SCANNER = DETECTED / FALSE_ALARM;
const IS_GOOD = (1 - DETECTED) / (1 - FALSE_ALARM);
/** More first contacts decide nothing any more. */
const MOST_MET = 64;

interface Walk {
  since: number;
  likelihood: number;
  readonly met: Set<string>;
  readonly steps: string[];
}

/**
 * Whose first contacts fail mostly: threshold random walk, a test of sequences by Wald. Four hosts that fail in a row are
 * enough, where a counter waits for 25. Asks only from outside or within a private network: programs that ask the world
 * find many dead hosts.
 */
export function randomWalk({ settings, raise }: DetectorDeps): Detector {
  const walks = new BoundedMap<Walk>(MOST_SOURCES);
  const windowSeconds = settings.networkSlowScanWindowMs / 1000;
  return {
    conn(record) {
      if (record.proto !== 'tcp' || record.partial || (record.local_orig && !record.local_resp)) return;
      const contact = contactOf(record);
      if (contact === 'other') return;
      const { ts, uid, 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port } = record;
      let walk = walks.get(src);
      if (!walk || ts - walk.since > windowSeconds) {
        walk = { since: ts, likelihood: 1, met: new Set(), steps: [] };
        walks.set(src, walk);
      }
      if (walk.met.has(dst) || walk.met.size >= MOST_MET) return;
      walk.met.add(dst);
      walk.likelihood *= contact === 'failed' ? FAILED : MADE;
      walk.steps.push(`${dst} port ${port} ${contact === 'failed' ? `failed: × ${FAILED}` : `answered: × ${MADE}`}`);
      if (walk.likelihood <= IS_GOOD) {
        // Known to be good: it begins anew with its next hosts.
        walk.likelihood = 1;
        walk.steps.length = 0;
      }
      if (walk.likelihood < IS_SCANNER) return;
      const { likelihood, steps, met } = walk;
      raise(keyOf('random-scan', src), ts, uid, () => ({
        ...{ note: 'Scan::Random_Scan', src, proto: 'tcp' },
        msg: `${src} asks for hosts without knowing which of them answer`,
        severity: record.local_orig ? 'high' : 'low',
        arithmetic: {
          ...{ count: Math.round(likelihood), threshold: IS_SCANNER, windowSeconds },
          explained: [
            `of ${met.size} first contacts so many failed that a scanner is ${Math.round(likelihood)} times as likely as not; ${IS_SCANNER} is enough`,
            ...steps.slice(-12),
          ],
        },
      }));
    },
  };
}
