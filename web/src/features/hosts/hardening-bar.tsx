/** The hardening index: its number, how far the bar goes, what part nobody could look at, and what it was before. */
import type { HostSummary } from './api.ts';
import styles from './hardening-bar.module.css';

export interface HardeningBarProps extends Pick<HostSummary, 'index' | 'indexBefore' | 'coverage'> {
  readonly isLarge?: boolean;
}

export function HardeningBar({ index, indexBefore, coverage, isLarge = false }: HardeningBarProps) {
  if (index === null) return <span className="soft">Not known</span>;
  const width = isLarge ? 240 : 64;
  const unseen = coverage === null ? 0 : 100 - coverage;
  return (
    <span
      className={`${styles.hardening} ${isLarge ? styles.large : ''}`}
      title={unseen > 0 ? `Of 100 points, ${unseen} could not be looked at` : 'Of 100 points'}
    >
      <span className={styles.number}>
        {index}
        <span className="hidden-text"> of 100</span>
      </span>
      <svg className={styles.bar} width={width} height="8" aria-hidden>
        <rect className={styles.earned} width={`${index}%`} height="8" />
        {/* What was not looked at earns nothing: it lies at the far end. */}
        <rect className={styles.unseen} x={`${100 - unseen}%`} width={`${unseen}%`} height="8" />
      </svg>
      <IndexChange index={index} before={indexBefore} />
    </span>
  );
}

function IndexChange({ index, before }: { readonly index: number; readonly before: number | null }) {
  if (before === null || before === index) return null;
  const by = index - before;
  return (
    <span className={styles.change} data-tone={by < 0 ? 'risk' : 'good'} title={`It was ${before}`}>
      {by > 0 ? '+' : '−'}
      {Math.abs(by)}
      <span className="hidden-text"> since the last change</span>
    </span>
  );
}
