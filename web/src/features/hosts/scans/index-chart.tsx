import { formatTime } from '../../../base/text/format.ts';
import type { ScanView } from '../api.ts';
import { chartPoints } from './chart-points.ts';
import styles from '../host/host-page.module.css';

/** How the index went over time; the table beside it has the numbers. */
export function IndexChart({ scans }: { readonly scans: readonly ScanView[] }) {
  const points = chartPoints(scans);
  const [first, last] = [scans.at(-1), scans[0]];
  if (points.length < 2 || !first || !last) return null;
  return (
    <figure className={styles.figure}>
      <svg
        className={styles.chart}
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        role="img"
        aria-label={`Hardening index from ${first.index ?? 'not known'} to ${last.index ?? 'not known'}`}
      >
        {[0, 50, 100].map((y) => (
          <line key={y} x1="0" x2="100" y1={100 - y} y2={100 - y} vectorEffect="non-scaling-stroke" />
        ))}
        <polyline points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
      </svg>
      <figcaption className="soft">
        Hardening index, 0 to 100, from {formatTime(first.startedTime, Date.now())} on
      </figcaption>
    </figure>
  );
}
