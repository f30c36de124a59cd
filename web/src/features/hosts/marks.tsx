import { formatCount } from '../../base/text/format.ts';
import { SeveritySign } from '../findings/marks.tsx';
import { severities, severityWords } from '../findings/words.ts';
import type { HostSummary } from './api.ts';
import styles from './hosts.module.css';
import { type HostState, stateWords } from './words.ts';

export function HostStateMark({ state }: { readonly state: HostState }) {
  const { label, about, tone } = stateWords[state];
  return (
    <span className={styles.state} data-tone={tone} title={about}>
      {label}
    </span>
  );
}

/** How much is wrong, by how bad it is; a sign beside each number, and its word for who cannot see it. */
export function OpenCounts({
  open,
  notLookedAt,
  lastReportTime,
}: Pick<HostSummary, 'open' | 'notLookedAt' | 'lastReportTime'>) {
  if (lastReportTime === null) return <span className="soft">Not known</span>;
  const wrong = severities.filter((severity) => open[severity] > 0);
  return (
    <span className={styles.severities}>
      {wrong.length === 0 && notLookedAt === 0 && <span className="soft">Nothing</span>}
      {wrong.map((severity) => (
        <span key={severity} className={styles.severity} title={severityWords[severity]}>
          <SeveritySign severity={severity} />
          {formatCount(open[severity])}
          <span className="hidden-text"> {severityWords[severity].toLowerCase()}, </span>
        </span>
      ))}
      {notLookedAt > 0 && <span className="soft">{formatCount(notLookedAt)} not looked at</span>}
    </span>
  );
}
