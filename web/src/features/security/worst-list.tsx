import { Link } from '@tanstack/react-router';
import { visible } from '../../base/text/visible.ts';
import type { FindingSummary } from '../findings/api.ts';
import { SeverityMark, UnknownMark } from '../findings/marks.tsx';
import styles from './overview.module.css';

/** The worst findings of one part, each a way to all that is known of it. */
export function WorstList({
  findings,
  label,
}: {
  readonly findings: readonly FindingSummary[];
  readonly label: string;
}) {
  if (findings.length === 0) return null;
  return (
    <ul className={styles.worst} aria-label={label}>
      {findings.map(({ findingId, severity, verdict, title, resource }) => (
        <li key={findingId}>
          <SeverityMark severity={severity} />
          <span>
            <Link to="/security/findings" search={{ finding: findingId }}>
              <bdi>{visible(title)}</bdi>
            </Link>{' '}
            <UnknownMark verdict={verdict} /> <bdi className={styles.where}>{visible(resource.name)}</bdi>
          </span>
        </li>
      ))}
    </ul>
  );
}
