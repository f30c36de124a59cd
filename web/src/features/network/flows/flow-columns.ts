/** What stands in a spreadsheet of flows: Zeek's fields by their names, so that other programs know them. */
import type { Column } from '../../../base/lists/sorting.ts';
import type { StoredFlow } from '../api.ts';
import { timeOf } from '../range.ts';

const fields = [
  'uid',
  'id.orig_h',
  'id.orig_p',
  'id.resp_h',
  'id.resp_p',
  'proto',
  'service',
  'duration',
  'orig_bytes',
  'resp_bytes',
  'conn_state',
  'history',
  'orig_pkts',
  'resp_pkts',
  'orig_ip_bytes',
  'community_id',
  'sensor',
] as const satisfies readonly (keyof StoredFlow)[];

/** Of flow logs of a VPC. */
const fieldsOfLogs = ['action', 'interface_id', 'tcp_flags'] as const;

export const savedColumns: readonly Column<StoredFlow>[] = [
  { key: 'ts', label: 'ts', value: ({ ts }) => timeOf(ts) },
  ...fields.map((key) => ({ key, label: key, value: (flow: StoredFlow) => flow[key] ?? null })),
  ...fieldsOfLogs.map((key) => ({
    ...{ key, label: key },
    value: (flow: StoredFlow) => (flow.conn_state === undefined ? (flow[key] ?? null) : null),
  })),
];
