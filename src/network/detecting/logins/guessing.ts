import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf, MOST_PAIRS } from '../detector.ts';
import { BoundedMap } from '../known/bounded-map.ts';
import { failuresIn, isLogin, TriedNames, type LoginCarrier } from './guesses.ts';

interface Guesses {
  /** Of the first, and of the last. They are told when they end, and so in any order. */
  since: number;
  last: number;
  failures: number;
  /** Of the failures: those that were told with a login that was taken. */
  told: number;
  readonly names: TriedNames;
}

/** A login that was taken, and the refusals that are known to have begun before it. */
interface Admission {
  readonly record: LoginCarrier;
  refused: number;
  isTold: boolean;
}

/** Logins of one source that one server refuses again and again, and the one that it takes after that. */
export function guessing({ settings, raise }: DetectorDeps): Detector {
  const guesses = new BoundedMap<Guesses>(MOST_PAIRS);
  const admissions = new BoundedMap<Admission>(MOST_PAIRS);
  const windowSeconds = settings.networkGuessWindowMs / 1000;
  const { networkGuesses: threshold, networkGuessesThenIn: enough } = settings;

  function raiseGuessing(record: LoginCarrier, own: Guesses): void {
    raise(keyOf('guessing', keyFor(record)), record.ts, record.uid, () => ({
      ...{ note: 'Login::Guessing', ...endsOf(record), severity: 'high' },
      msg: `${record['id.orig_h']} tried ${own.failures.toLocaleString('en-US')} logins at ${record.log} on ${record['id.resp_h']}${String(own.names)} that were refused`,
      arithmetic: {
        ...{ count: own.failures, threshold, windowSeconds },
        explained: [
          `${own.failures} refused logins${String(own.names)} within ${Math.max(1, Math.round(own.last - own.since))} s; ${threshold} within ${windowSeconds} s are guessing`,
          ...howKnown(record),
        ],
      },
    }));
  }

  function raiseAdmitted(admission: Admission, own: Guesses): void {
    const { record } = admission;
    const { ts, uid, log } = record;
    const user = record.user === undefined ? '' : ` as ${record.user.slice(0, 32).replace(/[^\w.@-]/g, '?')}`;
    raise(keyOf('guessed', keyFor(record)), ts, uid, () => ({
      ...{ note: 'Login::Success_After_Guessing', ...endsOf(record), severity: 'critical' },
      msg: `${record['id.orig_h']} was let in at ${log} on ${record['id.resp_h']}${user} after ${admission.refused.toLocaleString('en-US')} logins that were refused`,
      arithmetic: {
        ...{ count: admission.refused, threshold: enough, windowSeconds },
        explained: [
          `${admission.refused} refused logins${String(own.names)} since ${new Date(own.since * 1000).toISOString()}, then one that was taken${user}; ${enough} before a success are enough`,
          ...howKnown(record),
        ],
      },
    }));
  }

  function guessesOf(record: LoginCarrier, failures: number): Guesses | null {
    const key = keyFor(record);
    const known = guesses.get(key);
    if (known && Math.abs(record.ts - known.since) <= windowSeconds) return known;
    if (failures === 0) return null;
    const begun = { since: record.ts, failures: 0, told: 0, last: record.ts, names: new TriedNames() };
    guesses.set(key, begun);
    return begun;
  }

  return {
    protocol(record) {
      if (!isLogin(record) || record.success === undefined) return;
      const failures = failuresIn(record);
      const own = guessesOf(record, failures);
      if (own) {
        own.failures += failures;
        own.since = Math.min(own.since, record.ts);
        own.last = Math.max(own.last, record.ts);
        if (failures > 0) own.names.add(record.user);
        if (own.failures >= threshold) raiseGuessing(record, own);
      }
      const key = keyFor(record);
      let admission: Admission | undefined;
      if (record.success) {
        admission = { record, refused: own ? own.failures - own.told : 0, isTold: false };
        admissions.set(key, admission);
      } else {
        // Of several connections at once the one that was let in is told first: the others only when they end.
        const earlier = admissions.get(key);
        if (earlier && record.ts <= earlier.record.ts && earlier.record.ts - record.ts <= windowSeconds) {
          earlier.refused += failures;
          admission = earlier;
        }
      }
      if (!own || !admission || admission.refused < enough) return;
      // Each later login of the same program begins anew, else it would say it again.
      own.told = own.failures;
      if (admission.isTold) return;
      admission.isTold = true;
      raiseAdmitted(admission, own);
    },
  };
}

function keyFor({ log, 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port }: LoginCarrier): string {
  return keyOf(src, dst, port, log);
}

function endsOf({ 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': p, proto }: LoginCarrier) {
  return { src, dst, p, proto };
}

function howKnown({ log }: LoginCarrier): readonly string[] {
  return log === 'ssh' ? ['whether SSH let somebody in is encrypted, and judged by the sizes of packets'] : [];
}
