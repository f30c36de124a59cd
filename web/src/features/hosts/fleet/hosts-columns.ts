/** What hosts are sorted by, and what stands in a spreadsheet of them. */
import type { Column } from '../../../base/lists/sorting.ts';
import { table } from '../../../base/lists/table.ts';
import { severities, severityWords } from '../../findings/words.ts';
import type { HostSummary } from '../api.ts';
import styles from '../hosts.module.css';
import { nameOf, platformWords, stateWords } from '../words.ts';

const bad = ({ open }: HostSummary): number =>
  severities.reduce((sum, severity, at) => sum + Math.min(open[severity], 9_999) * 10_000 ** (3 - at), 0);

export const shownColumns: readonly Column<HostSummary>[] = [
  { key: 'host', label: 'Host', value: nameOf },
  { key: 'index', label: 'Hardening', className: table.wide, value: ({ index }) => index },
  { key: 'worst', label: 'Worst findings', className: table.wide, value: bad },
  {
    key: 'report',
    label: 'Last report',
    className: `${table.wide} ${styles.time}`,
    value: ({ lastReportTime: at }) => at,
  },
  { key: 'state', label: 'State', className: table.wide, value: ({ state }) => stateWords[state].label },
];

export const savedColumns: readonly Column<HostSummary>[] = [
  { key: 'label', label: 'Host', value: nameOf },
  { key: 'hostname', label: 'Name of its own', value: ({ hostname }) => hostname },
  { key: 'id', label: 'Id', value: ({ hostId }) => hostId },
  { key: 'platform', label: 'Platform', value: ({ platform }) => platformWords[platform] },
  { key: 'system', label: 'System', value: ({ osName }) => osName },
  { key: 'index', label: 'Hardening index', value: ({ index }) => index },
  { key: 'before', label: 'Index before', value: ({ indexBefore }) => indexBefore },
  { key: 'coverage', label: 'Looked at (%)', value: ({ coverage }) => coverage },
  ...severities.map((severity) => ({
    key: severity,
    label: severityWords[severity],
    value: ({ open }: HostSummary) => open[severity],
  })),
  { key: 'unseen', label: 'Not looked at', value: ({ notLookedAt }) => notLookedAt },
  { key: 'report', label: 'Last report', value: ({ lastReportTime }) => lastReportTime },
  { key: 'state', label: 'State', value: ({ state }) => stateWords[state].label },
];
