/** Flows for tests of detections: what is not said is an ordinary connection from outside to a host of a private network. */
import { settingsOf } from '../../base/settings.ts';
import type { ConnRecord } from '../records/conn-record.ts';
import type { ProtocolRecord } from '../records/log-records.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import { Detections } from './detections.ts';
import { KnownState } from './known/known-state.ts';
import { detectingSettings, type DetectingSettings } from './settings.ts';

export const START = 1_800_000_000;

let serial = 0;

type Told = Partial<ConnRecord> & { readonly from?: string; readonly to?: string; readonly port?: number };

export function flow({ from = '203.0.113.7', to = '10.0.0.5', port = 443, ...told }: Told = {}): ConnRecord {
  serial += 1;
  const isLocal = (address: string): boolean => /^(10|192\.168|fd)/.test(address);
  return {
    ...{ ts: START, uid: `C${serial}`, proto: 'tcp', ip_proto: 6, duration: 1, conn_state: 'SF', partial: false },
    ...{ 'id.orig_h': from, 'id.orig_p': 40_000, 'id.resp_h': to, 'id.resp_p': port },
    ...{ orig_bytes: 500, resp_bytes: 5000, history: 'ShADadFf', missed_bytes: 0, community_id: `1:${serial}` },
    ...{
      orig_pkts: 6,
      orig_ip_bytes: 800,
      resp_pkts: 6,
      resp_ip_bytes: 5400,
      orig_retransmits: 0,
      resp_retransmits: 0,
    },
    ...{ local_orig: isLocal(from), local_resp: isLocal(to) },
    ...told,
  };
}

/** A SYN that nobody answered. */
export function unanswered(told: Told = {}): ConnRecord {
  const nothing = { orig_bytes: 0, resp_bytes: 0, resp_pkts: 0, resp_ip_bytes: 0, orig_pkts: 1 };
  return flow({ conn_state: 'S0', history: 'S', ...nothing, ...told });
}

/** A SYN that was refused. */
export function refused(told: Told = {}): ConnRecord {
  return unanswered({ conn_state: 'REJ', history: 'Sr', resp_pkts: 1, ...told });
}

export function detections(settings: Partial<DetectingSettings> = {}, known = new KnownState()): Detections {
  return new Detections(settingsOf(detectingSettings, settings), known);
}

/** All alerts that these flows make, folded as far as they go. */
export function alertsOf(
  flows: Iterable<ConnRecord>,
  settings: Partial<DetectingSettings> = {},
): readonly NoticeRecord[] {
  const detecting = detections(settings);
  for (const each of flows) detecting.conn(each);
  return detecting.take(true);
}

export function notes(alerts: readonly NoticeRecord[]): readonly string[] {
  return alerts.map(({ note }) => note).toSorted();
}

export function times<Made>(count: number, make: (index: number) => Made): Made[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** What was said in a flow, of the same two hosts as {@link flow}. */
export function said(
  log: ProtocolRecord['log'],
  {
    from = '203.0.113.7',
    to = '10.0.0.5',
    port = 22,
    ...told
  }: Pick<Told, 'from' | 'to' | 'port'> & Readonly<Record<string, unknown>>,
): ProtocolRecord {
  serial += 1;
  const ends = { 'id.orig_h': from, 'id.orig_p': 40_000, 'id.resp_h': to, 'id.resp_p': port };
  return { log, ts: START, uid: `C${serial}`, proto: 'tcp', ...ends, ...told } as ProtocolRecord;
}

/** All alerts that these records make. */
export function alertsOfSaid(
  records: Iterable<ProtocolRecord>,
  settings: Partial<DetectingSettings> = {},
): readonly NoticeRecord[] {
  const detecting = detections(settings);
  for (const each of records) detecting.protocol(each);
  return detecting.take(true);
}
