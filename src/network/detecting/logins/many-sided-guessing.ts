import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf, MOST_SOURCES } from '../detector.ts';
import { BoundedMap } from '../known/bounded-map.ts';
import { DistinctCount } from '../known/distinct-count.ts';
import { failuresIn, isLogin, TriedNames } from './guesses.ts';

interface Side {
  readonly since: number;
  failures: number;
  readonly others: DistinctCount;
  readonly names: TriedNames;
}

/**
 * Guessing that no pair of source and server shows: one source that tries a few logins at each of many servers, and many
 * sources that try a few at one.
 */
export function manySidedGuessing({ settings, raise }: DetectorDeps): Detector {
  const sides = new BoundedMap<Side>(2 * MOST_SOURCES);
  const windowSeconds = settings.networkGuessWindowMs / 1000;
  const threshold = settings.networkGuessSides;
  return {
    protocol(record) {
      if (!isLogin(record) || record.success !== false) return;
      const { ts, uid, log, 'id.orig_h': src, 'id.resp_h': dst, proto } = record;
      for (const isSource of [true, false]) {
        const [own, other] = isSource ? [src, dst] : [dst, src];
        const key = keyOf(isSource ? 'spraying' : 'distributed', own, log);
        let side = sides.get(key);
        if (!side || Math.abs(ts - side.since) > windowSeconds) {
          side = { since: ts, failures: 0, others: new DistinctCount(), names: new TriedNames() };
          sides.set(key, side);
        }
        side.failures += failuresIn(record);
        side.others.add(other);
        side.names.add(record.user);
        const { failures, others, names } = side;
        if (others.size < threshold) continue;
        raise(key, ts, uid, () => ({
          ...(isSource ? { note: 'Login::Spraying', src } : { note: 'Login::Distributed_Guessing', dst }),
          ...{ proto, severity: 'high' },
          msg: isSource
            ? `${src} tried logins${String(names)} at ${log} on ${String(others)} servers that were refused`
            : `${String(others)} sources tried logins${String(names)} at ${log} on ${dst} that were refused`,
          arithmetic: {
            ...{ count: others.size, threshold, windowSeconds },
            explained: [
              `${failures} refused logins, ${isSource ? `of one source at ${String(others)} servers` : `of ${String(others)} sources at one server`}, within ${windowSeconds} s; ${threshold} are guessing, however few each of them tries`,
            ],
          },
        }));
      }
    },
  };
}
