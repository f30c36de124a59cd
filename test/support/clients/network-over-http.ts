/** A host that watches its network, as the server knows one: it posts what it saw in batches, as its agent does. */
import assert from 'node:assert/strict';
import { newId } from '../../../src/base/ids.ts';
import type { ConnRecord } from '../../../src/network/index.ts';
import type { NoticeRecord, ProtocolRecord } from '../../../src/network/wire.ts';
import { enrolHost } from './host-over-http.ts';
import { httpCall, type PersonOverHttp } from './person-over-http.ts';

export interface Watched {
  readonly conn?: readonly ConnRecord[];
  readonly logs?: readonly ProtocolRecord[];
  readonly notices?: readonly NoticeRecord[];
  readonly dropped?: number;
  readonly leftOut?: Readonly<Record<string, number>>;
}

export interface SensorOverHttp {
  readonly hostId: string;
  /** Seconds since 1970 up to which it watched, from an hour before. */
  watched(told: Watched, to?: number): Promise<void>;
}

export async function enrolSensor(
  origin: string,
  admin: PersonOverHttp,
  host: { readonly hostname: string; readonly label?: string },
): Promise<SensorOverHttp> {
  const { hostId, token } = await enrolHost(origin, admin, { ...host, parts: ['host', 'network'] });
  const call = httpCall(origin);
  return {
    hostId,
    async watched({ conn = [], logs = [], notices = [], dropped = 0, leftOut = {} }, to = Date.now() / 1000) {
      const packets = conn.reduce((sum, each) => sum + each.orig_pkts + each.resp_pkts, 0);
      const coverage = { from: to - 3600, to, packets, dropped, leftOut };
      const batch = { id: newId(), sensor: hostId, conn, logs, notices, coverage };
      const answer = await call('POST', '/api/v1/agent/network', { token, json: batch });
      assert.ok(answer.ok, `a batch was answered ${answer.status}: ${await answer.clone().text()}`);
    },
  };
}

/** `ts`: seconds since 1970. */
export function flowOf(number: number, ts: number, more: Partial<ConnRecord> = {}): ConnRecord {
  return {
    ...{ ts, uid: `C${String(number).padStart(17, '0')}`, proto: 'tcp', ip_proto: 6, duration: 1.25 },
    ...{ 'id.orig_h': '192.168.1.10', 'id.orig_p': 40_000 + (number % 20_000) },
    ...{ 'id.resp_h': '203.0.113.5', 'id.resp_p': 443 },
    ...{
      orig_bytes: 1200,
      resp_bytes: 48_000,
      orig_pkts: 14,
      resp_pkts: 40,
      orig_ip_bytes: 1900,
      resp_ip_bytes: 50_000,
    },
    ...{ conn_state: 'SF', history: 'ShADadFf', local_orig: true, local_resp: false, missed_bytes: 0 },
    ...{ orig_retransmits: 0, resp_retransmits: 0, partial: false },
    community_id: `1:${Buffer.from(String(number)).toString('base64')}`,
    ...more,
  };
}

/** What a log of any protocol says of the flow that it belongs to. */
export function within({ ts, uid, proto, ...ends }: ConnRecord) {
  return {
    ...{ ts, uid, proto, 'id.orig_h': ends['id.orig_h'], 'id.orig_p': ends['id.orig_p'] },
    ...{ 'id.resp_h': ends['id.resp_h'], 'id.resp_p': ends['id.resp_p'] },
  };
}

export function alertOf(key: string, last: number, more: Partial<NoticeRecord> = {}): NoticeRecord {
  return {
    ...{ log: 'notice', key, ts: last - 300, first: last - 300, last, n: 1, severity: 'high' },
    ...{ note: 'Scan::Port_Scan', msg: '198.51.100.7 asked 1204 ports of 192.168.1.10', uids: [] },
    ...{ src: '198.51.100.7', dst: '192.168.1.10', proto: 'tcp' },
    arithmetic: {
      ...{ count: 1204, threshold: 15, windowSeconds: 300 },
      explained: ['1204 ports of 192.168.1.10 refused or did not answer', '15 within 5 minutes are a scan'],
    },
    ...more,
  };
}
