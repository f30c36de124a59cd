import { Link } from '@tanstack/react-router';
import { Foreign } from '../../../base/text/bits.tsx';
import type { HostCompareReply } from '../api.ts';
import styles from '../host/host-page.module.css';
import { outcomeWords } from '../words.ts';

export interface ChangedChecksProps {
  readonly checks: HostCompareReply['checks'];
  readonly hostId: string;
}

/** Why the index is another one: the checks that came out another way, what weighs most first. */
export function ChangedChecks({ checks, hostId }: ChangedChecksProps) {
  if (checks.length === 0) return <p className="soft">No check came out another way.</p>;
  return (
    <ul className={styles.lines} aria-label="What changed">
      {checks.map(({ check, title, before, after }) => (
        <li key={check}>
          <Link to="/security/hosts/$hostId/findings" params={{ hostId }} search={{ check }}>
            <code>{check}</code>
          </Link>{' '}
          <Foreign>{title}</Foreign>{' '}
          <span className="soft">
            · {outcomeWords[before]} → {outcomeWords[after]}
          </span>
        </li>
      ))}
    </ul>
  );
}
