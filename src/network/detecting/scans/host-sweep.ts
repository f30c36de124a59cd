import type { KeptFlow } from '../../records/logged-flow.ts';
import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf, MOST_SOURCES } from '../detector.ts';
import { BoundedMap } from '../known/bounded-map.ts';
import { DistinctCount } from '../known/distinct-count.ts';
import { contactOf } from './contact.ts';

interface Swept {
  readonly since: number;
  readonly failed: DistinctCount;
}

/** The same port of many hosts that give no connection (Zeek's Address_Scan; numbers of ncsa/bro-simple-scan). */
export function hostSweep({ settings, raise }: DetectorDeps): Detector {
  const swept = new BoundedMap<Swept>(MOST_SOURCES);
  const windowSeconds = settings.networkScanWindowMs / 1000;
  function look(record: KeptFlow): void {
    if (record.partial || contactOf(record) !== 'failed') return;
    const { ts, uid, proto, 'id.orig_h': src, 'id.resp_h': dst, local_orig: isLocal } = record;
    // Programs of a private network ask many hosts that are gone: trackers, peers, old addresses.
    const threshold = isLocal ? settings.networkScanHostsLocal : settings.networkScanHosts;
    const port = proto === 'icmp' ? null : record['id.resp_p'];
    const key = keyOf(src, proto, port ?? 'echo');
    let source = swept.get(key);
    if (!source || Math.abs(ts - source.since) > windowSeconds) {
      source = { since: ts, failed: new DistinctCount() };
      swept.set(key, source);
    }
    const { failed } = source;
    failed.add(dst);
    if (failed.size < threshold) return;
    const what = port === null ? 'ping' : `${proto} port ${port}`;
    raise(keyOf('host-sweep', key), ts, uid, () => ({
      ...{ note: 'Scan::Address_Scan', src, proto, ...(port === null ? {} : { p: port }) },
      msg: `${src} tried ${what} of ${String(failed)} hosts that gave no connection`,
      severity: isLocal ? 'high' : 'medium',
      arithmetic: {
        ...{ count: failed.size, threshold, windowSeconds },
        explained: [
          `${String(failed)} distinct hosts gave no connection to ${what} within ${windowSeconds} s; ${threshold} are a sweep by a source ${isLocal ? 'in a private network' : 'from outside'}`,
        ],
      },
    }));
  }
  return { conn: look, logged: look };
}
