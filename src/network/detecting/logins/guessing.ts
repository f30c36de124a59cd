import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf, MOST_PAIRS } from '../detector.ts';
import { BoundedMap } from '../known/bounded-map.ts';
import { failuresIn, isLogin, TriedNames } from './guesses.ts';

interface Guesses {
  readonly since: number;
  failures: number;
  last: number;
  readonly names: TriedNames;
}

/** Logins of one source that one server refuses again and again, and the one that it takes after that. */
export function guessing({ settings, raise }: DetectorDeps): Detector {
  const guesses = new BoundedMap<Guesses>(MOST_PAIRS);
  const windowSeconds = settings.networkGuessWindowMs / 1000;
  const { networkGuesses: threshold, networkGuessesThenIn: enough } = settings;
  return {
    protocol(record) {
      if (!isLogin(record) || record.success === undefined) return;
      const { ts, uid, log, 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port, proto } = record;
      const key = keyOf(src, dst, port, log);
      let own = guesses.get(key);
      if (own && Math.abs(ts - own.since) > windowSeconds) own = undefined;
      const failures = failuresIn(record);
      if (!own) {
        if (failures === 0) return;
        own = { since: ts, failures: 0, last: ts, names: new TriedNames() };
        guesses.set(key, own);
      }
      own.failures += failures;
      own.last = ts;
      if (failures > 0) own.names.add(record.user);
      const known = own;
      const about = { src, dst, p: port, proto };
      const counted = { threshold, windowSeconds };
      const guess =
        log === 'ssh' ? ['whether SSH let somebody in is encrypted, and judged by the sizes of packets'] : [];
      if (known.failures >= threshold) {
        raise(keyOf('guessing', key), ts, uid, () => ({
          ...{ note: 'Login::Guessing', ...about, severity: 'high' },
          msg: `${src} tried ${known.failures.toLocaleString('en-US')} logins at ${log} on ${dst}${String(known.names)} that were refused`,
          arithmetic: {
            ...{ count: known.failures, ...counted },
            explained: [
              `${known.failures} refused logins${String(known.names)} within ${Math.max(1, Math.round(known.last - known.since))} s; ${threshold} within ${windowSeconds} s are guessing`,
              ...guess,
            ],
          },
        }));
      }
      if (record.success && known.failures >= enough) {
        const before = known.failures;
        const user = record.user === undefined ? '' : ` as ${record.user.slice(0, 32).replace(/[^\w.@-]/g, '?')}`;
        raise(keyOf('guessed', key), ts, uid, () => ({
          ...{ note: 'Login::Success_After_Guessing', ...about, severity: 'critical' },
          msg: `${src} was let in at ${log} on ${dst}${user} after ${before.toLocaleString('en-US')} logins that were refused`,
          arithmetic: {
            ...{ count: before, ...counted, threshold: enough },
            explained: [
              `${before} refused logins${String(known.names)} since ${new Date(known.since * 1000).toISOString()}, then one that was taken${user}; ${enough} before a success are enough`,
              ...guess,
            ],
          },
        }));
        // The next one has to begin anew, else each later login of the same program would say it again.
        guesses.delete(key);
      }
    },
  };
}
