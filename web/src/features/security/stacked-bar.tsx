import { formatCount } from '../../base/text/format.ts';
import type { Tone } from './answers.ts';
import styles from './overview.module.css';

export interface Share {
  readonly label: string;
  readonly count: number;
  readonly tone: Tone;
}

/** How many there are of each kind: one bar, and the numbers beside it. */
export function StackedBar({ shares, label }: { readonly shares: readonly Share[]; readonly label: string }) {
  const shown = shares.filter(({ count }) => count > 0);
  const all = shown.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return null;
  const before = (at: number): number => shown.slice(0, at).reduce((sum, { count }) => sum + count, 0);
  const share = (part: number): string => `${(100 * part) / all}%`;
  return (
    <div className={styles.picture}>
      <svg className={styles.bar} width="100%" height="12" aria-hidden>
        {shown.map(({ label: of, count, tone }, at) => (
          <rect key={of} data-tone={tone} x={share(before(at))} width={share(count)} height="12" />
        ))}
      </svg>
      <ul className={styles.legend} aria-label={label}>
        {shown.map(({ label: of, count, tone }) => (
          <li key={of}>
            <span className={styles.swatch} data-tone={tone} aria-hidden />
            {of} <span className={styles.number}>{formatCount(count)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
