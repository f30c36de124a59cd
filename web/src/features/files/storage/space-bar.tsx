import { formatSize } from '../../../base/text/format.ts';
import styles from './space-bar.module.css';

/** A picture beside its number. */
export function SpaceBar({ usedBytes, quotaBytes }: { readonly usedBytes: number; readonly quotaBytes: number }) {
  const share = quotaBytes === 0 ? 1 : Math.min(1, usedBytes / quotaBytes);
  return (
    <div
      className={styles.bar}
      data-full={share >= 0.9 || undefined}
      role="img"
      aria-label={`${formatSize(usedBytes)} of ${formatSize(quotaBytes)} used`}
    >
      <svg width="100%" height="8" aria-hidden>
        <rect width={`${share * 100}%`} height="8" />
      </svg>
    </div>
  );
}
