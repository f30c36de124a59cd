import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf } from '../detector.ts';
import { contactOf } from '../scans/contact.ts';

/** Flows with an address on one of the operator's own lists. No list is shipped and none is fetched. */
export function listed({ raise, lists }: DetectorDeps): Detector {
  if (lists.length === 0) return {};
  return {
    conn(record) {
      const contact = contactOf(record);
      if (contact === 'other') return;
      const { ts, uid, proto, 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port } = record;
      for (const list of lists) {
        const { name, entries } = list;
        const address = list.has(dst) ? dst : list.has(src) ? src : null;
        if (address === null) continue;
        const isOut = address === dst;
        raise(keyOf('listed', name, src, dst), ts, uid, () => ({
          // Who is on a list is one thing; whoever of ours goes to such a place is another, and is on none.
          ...{ note: isOut ? 'Intel::Listed_Destination' : 'Intel::Listed_Address', src, dst, p: port, proto },
          severity: contact === 'failed' ? 'low' : isOut ? 'high' : 'medium',
          msg: `${isOut ? src : dst} ${contact === 'failed' ? 'was nearly in contact' : 'spoke'} with ${address}, which is on the list ${name}`,
          arithmetic: {
            ...{ count: 1, threshold: 1, windowSeconds: 0 },
            explained: [
              `${address} is one of ${entries.toLocaleString('en-US')} entries of ${name}`,
              contact === 'failed' ? 'there was no connection' : isOut ? `${src} began it` : 'it came from there',
            ],
          },
        }));
      }
    },
    /** Nobody knows who began it, so that it is told of the address on the list, whichever way the packets went. */
    logged(record) {
      const { ts, uid, proto, action, 'id.orig_h': from, 'id.resp_h': to, 'id.resp_p': port } = record;
      for (const list of lists) {
        const { name, entries } = list;
        const [address, other] = list.has(from) ? [from, to] : [to, from];
        if (!list.has(address)) continue;
        const isRefused = action === 'REJECT';
        raise(keyOf('listed', name, address, other, isRefused ? 'refused' : 'let through'), ts, uid, () => ({
          ...{ note: 'Intel::Listed_Address', src: address, dst: other, proto },
          ...(address === from ? { p: port } : {}),
          severity: isRefused ? 'low' : 'medium',
          msg: `${isRefused ? 'Packets were refused' : 'Packets went'} between ${other} and ${address}, which is on the list ${name}`,
          arithmetic: {
            ...{ count: 1, threshold: 1, windowSeconds: 0 },
            explained: [
              `${address} is one of ${entries.toLocaleString('en-US')} entries of ${name}`,
              `the flow log says that packets of ${from} were ${isRefused ? 'refused' : 'let through'}, and not who began it`,
            ],
          },
        }));
      }
    },
  };
}
