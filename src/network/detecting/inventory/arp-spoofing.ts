import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf } from '../detector.ts';
import type { Codec } from '../known/known-state.ts';

const MOST_ADDRESSES = 4096;
const MOST_CHANGES = 8;

interface Owner {
  mac: string;
  /** When it changed, in seconds; the newest last. */
  readonly changes: number[];
}

const ownerCodec: Codec<Owner> = {
  encode: ({ mac, changes }) => [mac, changes],
  decode(kept) {
    if (!Array.isArray(kept) || typeof kept[0] !== 'string' || !Array.isArray(kept[1])) return null;
    const changes = (kept[1] as unknown[]).filter((each) => typeof each === 'number').slice(-MOST_CHANGES);
    return { mac: kept[0].slice(0, 32), changes };
  },
};

/**
 * Somebody says by ARP that an address of somebody else is his. Of a gateway one change is enough, since all that leaves goes
 * to it; of others, whose addresses are given anew, it is two that say so in turns.
 */
export function arpSpoofing({ settings, known, raise, gateways }: DetectorDeps): Detector {
  const owners = known.map('arp', MOST_ADDRESSES, ownerCodec);
  const windowSeconds = settings.networkArpWindowMs / 1000;
  return {
    arp(ip, mac, ts) {
      if (ip === '0.0.0.0' || mac === '00:00:00:00:00:00' || mac === 'ff:ff:ff:ff:ff:ff') return;
      const owner = owners.get(ip);
      if (!owner) {
        owners.set(ip, { mac, changes: [] });
        return;
      }
      if (owner.mac === mac) return;
      const before = owner.mac;
      owner.mac = mac;
      owner.changes.push(ts);
      if (owner.changes.length > MOST_CHANGES) owner.changes.shift();
      const lately = owner.changes.filter((at) => ts - at <= windowSeconds).length;
      const isGateway = gateways.includes(ip);
      const threshold = isGateway ? 1 : settings.networkArpChanges;
      if (lately < threshold) return;
      raise(keyOf('arp', ip), ts, null, () => ({
        ...{ note: 'ARP::Spoofing', src: ip, severity: isGateway ? 'high' : 'medium' },
        msg: isGateway
          ? `The gateway ${ip} has another network card than before: somebody may read what goes through it`
          : `Two network cards say in turns that ${ip} is theirs`,
        arithmetic: {
          ...{ count: lately, threshold, windowSeconds },
          explained: [
            `it was ${before} and now is ${mac}`,
            `${lately} changes within ${windowSeconds} s; ${threshold} ${isGateway ? 'is enough for a gateway' : 'are enough'}`,
          ],
        },
      }));
    },
  };
}
