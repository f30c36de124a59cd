import type { ConnState } from '../flows/conn-state.ts';

/** One flow, with the names and meanings of Zeek's conn.log and three fields of our own. What is absent is not known, or there is none. */
export interface ConnRecord {
  /** Seconds since 1970 of the first packet. */
  readonly ts: number;
  readonly uid: string;
  readonly 'id.orig_h': string;
  readonly 'id.orig_p': number;
  readonly 'id.resp_h': string;
  readonly 'id.resp_p': number;
  readonly proto: 'tcp' | 'udp' | 'icmp' | 'unknown_transport';
  /** What is said in it, by Zeek's names; several in the order they began, with commas. Absent where protocols were not read. */
  readonly service?: string;
  /** Seconds to the last packet. */
  readonly duration: number;
  /** Payload: for TCP by sequence numbers, so that what was sent again counts once. */
  readonly orig_bytes: number;
  readonly resp_bytes: number;
  readonly conn_state: ConnState;
  readonly local_orig: boolean;
  readonly local_resp: boolean;
  /** Payload that was acknowledged and never seen. */
  readonly missed_bytes: number;
  readonly history?: string;
  readonly orig_pkts: number;
  readonly orig_ip_bytes: number;
  readonly resp_pkts: number;
  readonly resp_ip_bytes: number;
  /** Uid of the flow whose tunnel it came through. */
  readonly tunnel_parents?: readonly string[];
  readonly ip_proto: number;
  readonly community_id: string;
  readonly orig_retransmits: number;
  readonly resp_retransmits: number;
  /** The flow goes on: a later record of the same uid counts from its beginning again. */
  readonly partial: boolean;
  /** On the computer that captured: the program that holds the socket, its user and its process id (not in Zeek). */
  readonly process?: string;
  readonly user?: string;
  readonly pid?: number;
}

/** Who holds the socket of a flow on the computer that captured. */
export type FlowHolder = Required<Pick<ConnRecord, 'process' | 'user' | 'pid'>>;

/** Of a program or user, as it stands in records and needs no escapes: whoever starts a program may give it any name. */
export function plainName(name: string): string {
  return name.slice(0, 64).replace(/[^\w.:/@()+-]/g, '?');
}

/** In the order of the columns, with Zeek's types. */
export const connColumns = {
  ts: 'time',
  uid: 'string',
  'id.orig_h': 'addr',
  'id.orig_p': 'port',
  'id.resp_h': 'addr',
  'id.resp_p': 'port',
  proto: 'enum',
  service: 'string',
  duration: 'interval',
  orig_bytes: 'count',
  resp_bytes: 'count',
  conn_state: 'string',
  local_orig: 'bool',
  local_resp: 'bool',
  missed_bytes: 'count',
  history: 'string',
  orig_pkts: 'count',
  orig_ip_bytes: 'count',
  resp_pkts: 'count',
  resp_ip_bytes: 'count',
  tunnel_parents: 'set[string]',
  ip_proto: 'count',
  community_id: 'string',
  orig_retransmits: 'count',
  resp_retransmits: 'count',
  partial: 'bool',
} as const satisfies Record<Exclude<keyof ConnRecord, 'process' | 'user' | 'pid'>, string>;
