import { NativeSelect } from '@mantine/core';
import { formatCount, formatSize } from '../../../base/text/format.ts';
import type { NetworkOverview } from '../api.ts';
import { formatMoment, formatSpan } from '../moments.ts';
import styles from './live.module.css';
import { type Bar, HEIGHT, type Measure, measures, timelineShape, WIDTH } from './timeline-shape.ts';

const measureWords: Readonly<Record<Measure, string>> = { bytes: 'Bytes', packets: 'Packets', flows: 'Flows' };

function told(measure: Measure, amount: number): string {
  return measure === 'bytes' ? formatSize(amount) : `${formatCount(Math.round(amount))} ${measure}`;
}

export interface TimelineProps {
  readonly overview: NetworkOverview;
  readonly measure: Measure;
  readonly onMeasure: (measure: Measure) => void;
  /** Seconds since 1970: somebody points at one bar to see its time alone. */
  readonly onTime: (from: number, to: number) => void;
}

/** How much crossed the wire over time; the numbers stand beside it. */
export function Timeline({ overview, measure, onMeasure, onTime }: TimelineProps) {
  const range = { from: Date.parse(overview.fromTime) / 1000, to: Date.parse(overview.toTime) / 1000 };
  const { bars, most, seconds, blind } = timelineShape(overview.timeline, measure, range, overview.sensors);
  const all = bars.reduce((sum, { point }) => sum + point[measure], 0);
  const alerted = bars.filter(({ notices }) => notices > 0);
  return (
    <figure className={styles.figure}>
      <div className={styles.figureHead}>
        <p>
          <strong className={styles.number}>{told(measure, all)}</strong>{' '}
          <span className="soft">in all, {told(measure, most / Math.max(seconds, 1))} a second at the most</span>
        </p>
        <NativeSelect
          aria-label="What the picture shows"
          size="xs"
          data={measures.map((value) => ({ value, label: measureWords[value] }))}
          value={measure}
          onChange={(event) => onMeasure(measures.find((each) => each === event.currentTarget.value) ?? 'bytes')}
        />
      </div>
      <svg
        className={styles.timeline}
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 10}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${measureWords[measure]} over time: ${told(measure, all)}, at most ${told(measure, most)} in ${formatSpan(seconds)}`}
      >
        {blind.map(({ x, width }) => (
          <rect key={x} className={styles.blind} x={x} y={0} width={width} height={HEIGHT} />
        ))}
        {bars.map((bar) => (
          <rect
            key={bar.from}
            className={styles.bar}
            x={bar.x}
            y={HEIGHT - bar.height}
            width={Math.max(bar.width - 1, 0.5)}
            height={bar.height}
          />
        ))}
        {alerted.map((bar) => (
          <rect
            key={`${bar.from} alerts`}
            className={styles.alerted}
            x={bar.x}
            y={HEIGHT + 3}
            width={Math.max(bar.width - 1, 3)}
            height={7}
          />
        ))}
        {bars.map((bar) => (
          <rect
            key={`${bar.from} whole`}
            className={styles.pointed}
            x={bar.x}
            y={0}
            width={bar.width}
            height={HEIGHT + 10}
            onClick={() => onTime(bar.from, bar.to)}
          >
            <title>{titleOf(bar)}</title>
          </rect>
        ))}
      </svg>
      <figcaption className={styles.axis}>
        <span>{formatMoment(range.from)}</span>
        <span className={styles.legend}>
          {alerted.length > 0 && (
            <span>
              <span className={styles.swatch} data-kind="alerted" aria-hidden /> alerts
            </span>
          )}
          {blind.length > 0 && (
            <span>
              <span className={styles.swatch} data-kind="blind" aria-hidden /> nobody watched
            </span>
          )}
          <span>one bar: {formatSpan(seconds)}</span>
        </span>
        <span>{formatMoment(range.to)}</span>
      </figcaption>
    </figure>
  );
}

function titleOf({ point, notices, from }: Bar): string {
  const alerts = notices === 0 ? '' : `, ${formatCount(notices)} alerts`;
  return `${formatMoment(from)}: ${formatSize(point.bytes)}, ${formatCount(point.packets)} packets, ${formatCount(point.flows)} flows${alerts}`;
}
