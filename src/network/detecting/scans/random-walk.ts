import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf, MOST_SOURCES } from '../detector.ts';
import { BoundedMap } from '../known/bounded-map.ts';
import { DistinctCount } from '../known/distinct-count.ts';
import { contactOf } from './contact.ts';

/** Jung et al. 2004, with the numbers of Zeek's trw-impl: how often first contacts of a good source succeed, and of a scanner. */
const [GOOD, SCANNER] = [0.8, 0.2];
const [DETECTED, FALSE_ALARM] = [0.99, 0.01];
const FAILED = (1 - SCANNER) / (1 - GOOD);
const MADE = SCANNER / GOOD;
const IS_SCANNER = DETECTED / FALSE_ALARM;
const IS_GOOD = (1 - DETECTED) / (1 - FALSE_ALARM);
/** More first contacts decide nothing any more. So many are counted exactly. */
const MOST_MET = 64;
/** Of the first contacts, those that are told: four that fail decide. */
const SHOWN = 6;

interface Step {
  readonly dst: string;
  readonly port: number;
  readonly isFailed: boolean;
}

interface Walk {
  since: number;
  likelihood: number;
  readonly met: DistinctCount;
  /** The last of them; of thousands of sources all would take more memory than anything else here. */
  steps: readonly Step[];
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
      const { local_orig: isLocal } = record;
      if (record.proto !== 'tcp' || record.partial || (isLocal && !record.local_resp)) return;
      const contact = contactOf(record);
      if (contact === 'other') return;
      const { ts, uid, 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port } = record;
      let walk = walks.get(src);
      if (!walk || ts - walk.since > windowSeconds) {
        walk = { since: ts, likelihood: 1, met: new DistinctCount(), steps: [] };
        walks.set(src, walk);
      }
      if (walk.met.size >= MOST_MET || !walk.met.add(dst)) return;
      const isFailed = contact === 'failed';
      walk.likelihood *= isFailed ? FAILED : MADE;
      walk.steps = walk.steps.slice(1 - SHOWN).concat({ dst, port, isFailed });
      if (walk.likelihood <= IS_GOOD) {
        // Known to be good: it begins anew with its next hosts.
        walk.likelihood = 1;
        walk.steps = [];
      }
      if (walk.likelihood < IS_SCANNER) return;
      const { likelihood, steps, met } = walk;
      raise(keyOf('random-scan', src), ts, uid, () => ({
        ...{ note: 'Scan::Random_Scan', src, proto: 'tcp' },
        msg: `${src} asks for hosts without knowing which of them answer`,
        severity: isLocal ? 'high' : 'low',
        arithmetic: {
          ...{ count: Math.round(likelihood), threshold: IS_SCANNER, windowSeconds },
          explained: [
            `of ${met.size} first contacts so many failed that a scanner is ${Math.round(likelihood)} times as likely as not; ${IS_SCANNER} is enough`,
            ...steps.map(stepText),
          ],
        },
      }));
    },
  };
}

function stepText({ dst, port, isFailed }: Step): string {
  return `${dst} port ${port} ${isFailed ? `failed: × ${FAILED}` : `answered: × ${MADE}`}`;
}
