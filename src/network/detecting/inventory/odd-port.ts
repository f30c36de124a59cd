import type { Detector, DetectorDeps } from '../detector.ts';
import { keyOf } from '../detector.ts';
import type { ProtocolLog } from '../../records/log-records.ts';

const DAY = 86_400;

/** Where a protocol is usual; HTTP and TLS are so almost anywhere. */
const USUAL: { readonly [L in ProtocolLog]: readonly number[] | 'anywhere' } = {
  dns: [53, 5353, 5354, 5355, 137],
  http: 'anywhere',
  ssl: 'anywhere',
  ssh: [22, 2222],
  mysql: [3306, 3307, 33_060],
  pgsql: [5432, 5433, 6432],
  ftp: [21, 990],
  smtp: [25, 465, 587, 2525],
  pop3: [110, 995],
  imap: [143, 993],
  redis: [6379, 6380, 16_379, 26_379],
  mongodb: [27_017, 27_018, 27_019],
};

/** Ports that people let through for one protocol and look at no further, and what may be on them. */
const LET_THROUGH: ReadonlyMap<number, readonly ProtocolLog[]> = new Map<number, readonly ProtocolLog[]>([
  [22, ['ssh']],
  [53, ['dns']],
  [80, ['http']],
  [443, ['ssl']],
]);

/** A protocol where it is not expected: hidden from a filter that goes by ports, or from people. */
export function oddPort({ raise }: DetectorDeps): Detector {
  return {
    protocol(record) {
      const { ts, uid, log, 'id.orig_h': src, 'id.resp_h': dst, 'id.resp_p': port, proto } = record;
      const usual = USUAL[log];
      const wanted = LET_THROUGH.get(port);
      const isHidden = wanted !== undefined && !wanted.includes(log);
      if (!isHidden && (usual === 'anywhere' || usual.includes(port))) return;
      const where = usual === 'anywhere' ? 'almost any other' : usual.join(', ');
      raise(
        keyOf('odd-port', dst, port, log),
        ts,
        uid,
        () => ({
          ...{ note: 'Protocol::Odd_Port', src, dst, p: port, proto, severity: isHidden ? 'medium' : 'low' },
          msg: `${dst} speaks ${log} on port ${port}`,
          arithmetic: {
            ...{ count: 1, threshold: 1, windowSeconds: 0 },
            explained: [
              `${log} is usual on port ${where}`,
              ...(isHidden ? [`port ${port} is let through in many places for ${wanted.join(', ')}`] : []),
            ],
          },
        }),
        DAY,
      );
    },
  };
}
