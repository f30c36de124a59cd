import { Progress } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatSize } from '../../base/text/format.ts';
import { usageOptions } from './api.ts';
import styles from './usage-note.module.css';

/** How much is used, beside how much there may be. */
export function UsageNote() {
  const usage = useQuery(usageOptions).data;
  if (!usage) return null;
  const { usedBytes, quotaBytes } = usage;
  const share = quotaBytes === null ? 0 : (100 * usedBytes) / Math.max(quotaBytes, 1);
  return (
    <div className={styles.usage}>
      {quotaBytes !== null && (
        <Progress
          size={4}
          value={Math.min(share, 100)}
          color={share >= 95 ? 'yellow' : 'accent'}
          aria-label="Space used"
        />
      )}
      <p>
        {formatSize(usedBytes)} {quotaBytes === null ? 'used' : `of ${formatSize(quotaBytes)} used`}
      </p>
    </div>
  );
}
