import { isPrivate } from '../../records/private-address.ts';
import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf, MOST_SOURCES } from '../detector.ts';
import { BoundedMap } from '../known/bounded-map.ts';
import { isLogin, TriedNames } from './guesses.ts';

const DAY = 86_400;

interface Readable {
  count: number;
  readonly names: TriedNames;
}

/** Secrets that anybody on the way could read. Told with the accounts, and never with the secret, which nobody here has. */
export function cleartext({ raise }: DetectorDeps): Detector {
  const readable = new BoundedMap<Readable>(MOST_SOURCES);
  return {
    protocol(record) {
      if (!isLogin(record) || record.cleartext !== true) return;
      const { ts, uid, log, 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port, proto } = record;
      const isOutside = !isPrivate(src) || !isPrivate(dst);
      const key = keyOf('cleartext', dst, port, log);
      const own = readable.of(key, () => ({ count: 0, names: new TriedNames() }));
      own.count += 1;
      own.names.add(record.user);
      raise(
        key,
        ts,
        uid,
        () => ({
          ...{ note: 'Login::Cleartext', src, dst, p: port, proto, severity: isOutside ? 'high' : 'medium' },
          msg: `Passwords crossed the wire readable, in ${log} to ${dst}${String(own.names)}`,
          arithmetic: {
            ...{ count: own.count, threshold: 1, windowSeconds: 0 },
            explained: [
              `${own.count} logins${String(own.names)} with a readable secret; one is enough`,
              isOutside
                ? 'one of the ends is not in a private network, so that others carried it'
                : 'both ends are in private networks',
            ],
          },
        }),
        DAY,
      );
    },
  };
}
