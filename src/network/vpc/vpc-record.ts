import { protocolName } from '../records/conn-writer.ts';
import { uidText } from '../records/conn-object.ts';
import type { IdSeed } from '../records/flow-id.ts';
import type { VpcLine } from './vpc-lines.ts';

/**
 * A line of a flow log with Zeek's names, as far as it says what they mean. The sender stands as the originator, since a line
 * does not say who began; what came back is a line of its own. Nothing says how a flow began or ended, so that there is no
 * `conn_state`, no `history`, and no payload.
 */
export interface VpcRecord {
  readonly ts: number;
  readonly uid: string;
  readonly 'id.orig_h': string;
  readonly 'id.orig_p': number | null;
  readonly 'id.resp_h': string;
  readonly 'id.resp_p': number | null;
  readonly proto: string;
  readonly duration: number | null;
  readonly conn_state: null;
  readonly orig_pkts: number | null;
  readonly orig_ip_bytes: number | null;
  readonly ip_proto: number;
  /** What the security groups and network ACLs did, which interface it was, and the flags of all its packets. */
  readonly action: string | null;
  readonly interface_id: string | null;
  readonly tcp_flags: number | null;
}

/** In the order of the columns, with Zeek's types. */
const columns = {
  ...{ ts: 'time', uid: 'string', 'id.orig_h': 'addr', 'id.orig_p': 'port', 'id.resp_h': 'addr', 'id.resp_p': 'port' },
  ...{ proto: 'enum', duration: 'interval', conn_state: 'string', orig_pkts: 'count', orig_ip_bytes: 'count' },
  ...{ ip_proto: 'count', action: 'enum', interface_id: 'string', tcp_flags: 'count' },
} as const satisfies Record<keyof VpcRecord, string>;

export function vpcRecord(line: VpcLine, seed: IdSeed, serial: number): VpcRecord {
  return {
    ...{ ts: line.start, uid: uidText(seed, serial), 'id.orig_h': line.source, 'id.orig_p': line.sourcePort },
    ...{ 'id.resp_h': line.target, 'id.resp_p': line.targetPort, proto: protocolName(line.protocol) },
    duration: line.end === null ? null : Math.max(0, line.end - line.start),
    ...{ conn_state: null, orig_pkts: line.packets, orig_ip_bytes: line.bytes, ip_proto: line.protocol },
    ...{ action: line.action, interface_id: line.interfaceId, tcp_flags: line.tcpFlags },
  };
}

/** One line. What is not known is left out in JSON, and `-` in Zeek's lines. */
export function vpcText(record: VpcRecord, format: 'tsv' | 'jsonl'): string {
  if (format === 'jsonl') {
    return `${JSON.stringify(Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null)))}\n`;
  }
  const cells = (Object.keys(columns) as (keyof VpcRecord)[]).map((name) => record[name] ?? '-');
  return `${cells.join('\t')}\n`;
}

export function vpcHead(format: 'tsv' | 'jsonl'): string {
  if (format === 'jsonl') return '';
  const line = (...cells: readonly string[]): string => `${cells.join('\t')}\n`;
  return [
    line('#separator \\x09'),
    line('#set_separator', ','),
    line('#empty_field', '(empty)'),
    line('#unset_field', '-'),
    line('#path', 'vpc_flow'),
    line('#fields', ...Object.keys(columns)),
    line('#types', ...Object.values(columns)),
  ].join('');
}
