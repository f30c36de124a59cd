/** A day on a small network as a host's agent saw it: everyday traffic, and one address that scans, guesses, gets in and carries off. */
import type { ConnRecord } from '../../../src/network/index.ts';
import type { ProtocolRecord } from '../../../src/network/wire.ts';
import { alertOf, enrolSensor, flowOf, within } from '../clients/network-over-http.ts';
import type { PersonOverHttp } from '../clients/person-over-http.ts';

export interface BelievableNetwork {
  /** A flow with records and an alert. */
  readonly uid: string;
  /** Whose story is told. */
  readonly address: string;
}

const HOUR = 3600;
const INTRUDER = '198.51.100.7';
const DATABASE = '192.168.1.10';
const services = ['ssl', 'ssl', 'ssl', 'dns', 'http', 'ssh'] as const;
const ports = { ssl: 443, dns: 53, http: 80, ssh: 22 };

export async function fillNetwork(origin: string, admin: PersonOverHttp): Promise<BelievableNetwork> {
  const now = Math.floor(Date.now() / 1000);
  const sensor = await enrolSensor(origin, admin, { hostname: 'gw-1', label: 'Gateway' });
  for (let hour = 24; hour > 0; hour -= 1) {
    const busy = 10 + Math.round(30 * Math.abs(Math.sin(hour / 4)));
    const conn = Array.from({ length: busy }, (_, at) => everyday(hour * 100 + at, now - hour * HOUR + at * 80));
    await sensor.watched({ conn }, now - (hour - 1) * HOUR);
  }
  const { conn, logs } = intrusion(now);
  const guessed = conn.filter(({ service }) => service === 'mysql');
  const last = guessed.at(-1);
  await sensor.watched(
    {
      ...{ conn, logs, dropped: 212, leftOut: { notIp: 431, malformed: 3 } },
      notices: [
        alertOf('scan', now - 2 * HOUR, { n: 3, uids: conn.slice(0, 3).map(({ uid }) => uid) }),
        alertOf('got-in', now - HOUR, {
          ...{ severity: 'critical', note: 'MySQL::Login_After_Guessing', p: 3306, n: 1 },
          msg: `${INTRUDER} guessed passwords at ${DATABASE} (mysql) and got in as root`,
          arithmetic: {
            ...{ count: 11, threshold: 10, windowSeconds: 1800 },
            explained: ['11 logins were refused within 30 minutes', '10 are guessing', 'the 12th was let in'],
          },
          uids: guessed.map(({ uid }) => uid),
        }),
        alertOf('certificate', now - 5 * HOUR, {
          ...{ severity: 'medium', note: 'SSL::Certificate_Expired', src: '192.168.1.21', dst: '203.0.113.40', p: 443 },
          msg: 'The certificate of 203.0.113.40 ended 12 days ago',
          arithmetic: { count: 1, threshold: 1, windowSeconds: 0, explained: ['It ended on 2026-11-17'] },
        }),
      ],
    },
    now,
  );
  return { uid: last?.uid ?? '', address: INTRUDER };
}

function everyday(number: number, ts: number): ConnRecord {
  const service = services[number % services.length] ?? 'ssl';
  return flowOf(number, ts, {
    ...{ service, 'id.resp_p': ports[service], proto: service === 'dns' ? 'udp' : 'tcp' },
    ...{ 'id.orig_h': `192.168.1.${20 + (number % 7)}`, 'id.resp_h': `203.0.113.${5 + (number % 11)}` },
    ...{ orig_ip_bytes: 2000 + (number % 13) * 900, resp_ip_bytes: 40_000 + (number % 17) * 30_000 },
  });
}

function intrusion(now: number): { readonly conn: ConnRecord[]; readonly logs: ProtocolRecord[] } {
  const from = { 'id.orig_h': INTRUDER, 'id.resp_h': DATABASE, local_orig: false, local_resp: true };
  const scanned = Array.from({ length: 40 }, (_, at) =>
    flowOf(100_000 + at, now - 2 * HOUR - 400 + at, {
      ...{ ...from, 'id.resp_p': 1000 + at, conn_state: 'REJ', history: 'Sr', duration: 0.0004 },
      ...{ orig_bytes: 0, resp_bytes: 0, orig_pkts: 1, resp_pkts: 1, orig_ip_bytes: 60, resp_ip_bytes: 40 },
    }),
  );
  const guessed = Array.from({ length: 12 }, (_, at) =>
    flowOf(200_000 + at, now - HOUR - 600 + at * 20, { ...from, 'id.resp_p': 3306, service: 'mysql' }),
  );
  const taken = flowOf(300_000, now - HOUR + 60, {
    ...{ 'id.orig_h': DATABASE, 'id.resp_h': INTRUDER, 'id.resp_p': 8443 },
    ...{ orig_bytes: 48_000_000, orig_ip_bytes: 49_000_000, resp_ip_bytes: 900_000, duration: 95 },
  });
  const logs = guessed.map((flow, at): ProtocolRecord => {
    const success = at === guessed.length - 1;
    return {
      ...{
        ...within(flow),
        log: 'mysql',
        cmd: 'login',
        arg: 'root',
        user: 'root',
        success,
        version: '10.11.6-MariaDB',
      },
      ...(success ? {} : { error_code: 1045, response: "Access denied for user 'root'@'198.51.100.7'" }),
      ...{ mechanism: 'mysql_native_password', tls: false },
    };
  });
  return { conn: [...scanned, ...guessed, taken], logs };
}
