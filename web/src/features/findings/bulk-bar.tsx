import { ActionIcon, Button } from '@mantine/core';
import IconX from '@tabler/icons-react/icons/IconX';
import { useState } from 'react';
import { formatCount } from '../../base/text/format.ts';
import type { FindingSummary } from './api.ts';
import styles from './bulk-bar.module.css';
import { type Deciding, DecideChosen, type DecideChosenProps } from './decide-chosen.tsx';

export interface BulkBarProps {
  /** What is chosen. */
  readonly findings: readonly FindingSummary[];
  readonly onClear: () => void;
  readonly onDecided: DecideChosenProps['onDecided'];
}

/** What can be decided about everything that is chosen, with one reason. */
export function BulkBar({ findings, onClear, onDecided }: BulkBarProps) {
  const [deciding, setDeciding] = useState<Deciding | null>(null);
  const open = findings.filter(({ state }) => state === 'open');
  const accepted = findings.filter(({ state }) => state === 'accepted');
  const others = findings.length - open.length - accepted.length;
  return (
    <div className={styles.bar} role="toolbar" aria-label="With what is chosen">
      <ActionIcon variant="subtle" color="gray" aria-label="Choose nothing" onClick={onClear}>
        <IconX size={18} />
      </ActionIcon>
      <span className={styles.count} aria-live="polite">
        {formatCount(findings.length)} chosen
        {others > 0 && <span className="soft">, {formatCount(others)} of them with nothing to decide</span>}
      </span>
      <Button size="compact-md" variant="default" disabled={open.length === 0} onClick={() => setDeciding('accept')}>
        Accept{open.length > 0 && ` ${formatCount(open.length)}`}…
      </Button>
      <Button
        size="compact-md"
        variant="default"
        disabled={accepted.length === 0}
        onClick={() => setDeciding('reopen')}
      >
        Reopen{accepted.length > 0 && ` ${formatCount(accepted.length)}`}…
      </Button>
      {deciding && (
        <DecideChosen
          deciding={deciding}
          findings={deciding === 'accept' ? open : accepted}
          onDecided={onDecided}
          onClose={() => setDeciding(null)}
        />
      )}
    </div>
  );
}
