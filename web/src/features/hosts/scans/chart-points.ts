/** The index over time as points of a chart that is 100 wide and 100 high. */
import type { ScanView } from '../api.ts';

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

/** `scans`: newest first. An index holds until the scan that saw it last; what is not known is no point. */
export function chartPoints(
  scans: readonly Pick<ScanView, 'startedTime' | 'lastTime' | 'index'>[],
): readonly ChartPoint[] {
  const times = scans.flatMap(({ startedTime, lastTime }) => [Date.parse(startedTime), Date.parse(lastTime)]);
  const start = Math.min(...times);
  const span = Math.max(...times) - start;
  if (!(span > 0)) return [];
  const x = (time: string): number => Math.round(((Date.parse(time) - start) / span) * 1000) / 10;
  return scans
    .toReversed()
    .flatMap(({ startedTime, lastTime, index }) =>
      index === null ? [] : [startedTime, lastTime].map((time) => ({ x: x(time), y: 100 - index })),
    );
}
