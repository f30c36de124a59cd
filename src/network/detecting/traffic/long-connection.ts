import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf } from '../detector.ts';

const DAY = 86_400;

/** Connections over the border of the private network that last for hours. */
export function longConnection({ settings, raise }: DetectorDeps): Detector {
  const threshold = settings.networkLongConnectionMs / 1000;
  return {
    conn(record) {
      if (record.duration < threshold || record.local_orig === record.local_resp) return;
      if (record.proto !== 'tcp' && record.proto !== 'udp') return;
      const { ts, uid, duration, proto, orig_bytes: sent, resp_bytes: got } = record;
      const { 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port } = record;
      const hours = (duration / 3600).toFixed(1);
      raise(
        keyOf('long', src, dst, port),
        ts + duration,
        uid,
        () => ({
          ...{ note: 'Traffic::Long_Connection', src, dst, p: port, proto },
          severity: duration >= 3 * threshold ? 'medium' : 'low',
          msg: `A connection of ${src} to ${dst} port ${port} lasts for ${hours} hours`,
          arithmetic: {
            ...{ count: Math.round(duration), threshold, windowSeconds: Math.round(duration) },
            explained: [
              `${hours} hours; ${(threshold / 3600).toFixed(1)} are long, three times as much is worse`,
              `${sent.toLocaleString('en-US')} bytes there, ${got.toLocaleString('en-US')} back`,
            ],
          },
        }),
        DAY,
      );
    },
  };
}
