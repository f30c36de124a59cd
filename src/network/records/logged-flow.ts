import type { ConnRecord } from './conn-record.ts';

interface Logged extends Pick<
  ConnRecord,
  | ('ts' | 'uid' | 'id.orig_h' | 'id.orig_p' | 'id.resp_h' | 'id.resp_p' | 'proto' | 'ip_proto')
  | ('duration' | 'local_orig' | 'local_resp' | 'orig_pkts' | 'orig_ip_bytes')
> {
  /** Absent for ICMP: it is made of types, which these logs do not have. */
  readonly community_id?: string;
  readonly partial: false;
  /** What security groups and network ACLs did with its packets. */
  readonly action?: 'ACCEPT' | 'REJECT';
  readonly interface_id?: string;
  /** Of all its packets together: 2 SYN, 18 SYN with acknowledgement, 1 FIN, 4 RST. */
  readonly tcp_flags?: number;
}

/**
 * One direction of a flow within one window, as a flow log of a VPC tells it. The sender stands as the originator, since a line does not
 * say who began; what came back is a record of its own. How it began and ended, its payload and the way back are not in such a log, and so not
 * in here.
 */
export type LoggedFlow = Logged & { readonly [Unknown in Exclude<keyof ConnRecord, keyof Logged>]?: never };

/** What a store keeps of a flow. */
export type KeptFlow = ConnRecord | LoggedFlow;

export function isLogged(record: KeptFlow): record is LoggedFlow {
  return record.conn_state === undefined;
}

/**
 * The port that was asked for, as sums have it. Answers are lines of their own and come from there: whoever serves has the lower port, since others
 * are given high ones.
 */
export function servedPort(record: KeptFlow): number {
  const { 'id.orig_p': from, 'id.resp_p': to } = record;
  return isLogged(record) ? Math.min(from, to) : to;
}

/** Of what a log says beside Zeek's names, with Zeek's types. */
export const loggedColumns = { action: 'enum', interface_id: 'string', tcp_flags: 'count' } as const;

/** ICMP and ICMPv6. */
const WITH_TYPES = new Set([1, 58]);

/** Whether a Community ID can be made of what a log says. */
export function isIdentified(protocol: number): boolean {
  return !WITH_TYPES.has(protocol);
}

const SYN = 2;
const SYN_AND_ACK = 18;

/**
 * Whether the sender is known to have begun it. Without flags that is known of what was refused alone, and answers that come too late are refused as
 * well: it is whoever sends to the lower port that asked.
 */
export function hasBegun(flow: LoggedFlow): boolean {
  const { proto, tcp_flags: flags, action } = flow;
  if (proto === 'tcp' && flags !== undefined) return (flags & SYN_AND_ACK) === SYN;
  return action === 'REJECT' && (proto === 'tcp' || proto === 'udp') && flow['id.resp_p'] < flow['id.orig_p'];
}

/** It asked for a connection, and the rules refused it. What was let through does not say whether anybody answered. */
export function isRefusedQuestion(flow: LoggedFlow): boolean {
  return flow.action === 'REJECT' && hasBegun(flow);
}
