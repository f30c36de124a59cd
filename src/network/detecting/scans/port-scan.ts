import type { KeptFlow } from '../../records/logged-flow.ts';
import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf, MOST_PAIRS } from '../detector.ts';
import { BoundedMap } from '../known/bounded-map.ts';
import { DistinctCount } from '../known/distinct-count.ts';
import { contactOf } from './contact.ts';

interface Asked {
  readonly since: number;
  readonly failed: DistinctCount;
  /** Ports that answered since the first that did not; the first few of them. */
  readonly open: number[];
}

const MOST_OPEN = 32;

/** Many ports of one host that give no connection to the same source (Zeek's scan.zeek until 6.1: 15 of them). */
export function portScan({ settings, raise }: DetectorDeps): Detector {
  const asked = new BoundedMap<Asked>(MOST_PAIRS);
  const windowSeconds = settings.networkScanWindowMs / 1000;
  const threshold = settings.networkScanPorts;
  function look(record: KeptFlow): void {
    if (record.proto === 'icmp' || record.partial) return;
    const contact = contactOf(record);
    if (contact === 'other') return;
    const { ts, uid, proto, 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port, local_orig: isLocal } = record;
    const key = keyOf(src, dst, proto);
    let pair = asked.get(key);
    if (pair && Math.abs(ts - pair.since) > windowSeconds) pair = undefined;
    if (contact !== 'failed') {
      if (pair && pair.open.length < MOST_OPEN && !pair.open.includes(port)) pair.open.push(port);
      return;
    }
    if (!pair) {
      pair = { since: ts, failed: new DistinctCount(), open: [] };
      asked.set(key, pair);
    }
    const { failed, open } = pair;
    failed.add(port);
    if (failed.size < threshold) return;
    raise(keyOf('port-scan', key), ts, uid, () => ({
      ...{ note: 'Scan::Port_Scan', src, dst, proto },
      msg: `${src} tried ${String(failed)} ports of ${dst} that gave no connection`,
      severity: isLocal ? 'high' : 'medium',
      arithmetic: {
        ...{ count: failed.size, threshold, windowSeconds },
        explained: [
          `${String(failed)} distinct ${proto} ports of ${dst} gave no connection within ${windowSeconds} s; ${threshold} are a scan`,
          ...(open.length > 0 ? [`answered meanwhile: ${open.toSorted((one, other) => one - other).join(', ')}`] : []),
          ...(isLocal ? ['the source is a host of a private network, so that somebody may sit on it'] : []),
        ],
      },
    }));
  }
  return { conn: look, logged: look };
}
