import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { formatCount } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { SeveritySign } from '../../findings/marks.tsx';
import { severities, severityWords } from '../../findings/words.ts';
import { type NetworkOverview, worstAlertsOptions } from '../api.ts';
import type { RangeSearch } from '../range.ts';
import { AlertItem } from './alert-item.tsx';
import styles from './alerts.module.css';

export interface WorstAlertsProps {
  readonly counts: NetworkOverview['alerts'];
  readonly range: RangeSearch;
}

/** How many alerts there are of each severity, and the worst of them. */
export function WorstAlerts({ counts, range }: WorstAlertsProps) {
  const { data, error, refetch } = useQuery(worstAlertsOptions(range, counts));
  const some = severities.filter((severity) => counts[severity] > 0);
  return (
    <section className={styles.part}>
      <h2>Alerts, worst first</h2>
      {some.length === 0 && (
        <p className="soft">None in this time, of what was watched and of what the detections know.</p>
      )}
      {some.length > 0 && (
        <p className={styles.counts}>
          {some.map((severity) => (
            <Link key={severity} to="/security/network/alerts" search={{ ...range, severity }}>
              <SeveritySign severity={severity} /> {formatCount(counts[severity])}{' '}
              {severityWords[severity].toLowerCase()}
            </Link>
          ))}
        </p>
      )}
      {error && <ProblemNote error={error} tried="Show the worst alerts" onRetry={() => void refetch()} />}
      {data && data.length > 0 && (
        <ul className={styles.alerts} aria-label="The worst alerts">
          {data.map((alert) => (
            <AlertItem key={alert.key} alert={alert} />
          ))}
        </ul>
      )}
    </section>
  );
}
