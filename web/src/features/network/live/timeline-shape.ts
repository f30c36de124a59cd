/** Points over time as bars of a picture that is 1000 wide and 100 high. */
import type { SensorView, TimelinePoint } from '../api.ts';

export const WIDTH = 1000;
export const HEIGHT = 100;

export const measures = ['bytes', 'packets', 'flows'] as const;
export type Measure = (typeof measures)[number];

export interface Bar {
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly notices: number;
  readonly point: TimelinePoint;
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
}

export interface Blind {
  readonly x: number;
  readonly width: number;
}

export interface Shape {
  readonly bars: readonly Bar[];
  /** Of one bar. */
  readonly most: number;
  /** How long one bar is. */
  readonly seconds: number;
  /** Where nobody watched: no bar there does not mean that nothing happened. */
  readonly blind: readonly Blind[];
}

/** `from`, `to`: seconds since 1970. */
export function timelineShape(
  points: readonly TimelinePoint[],
  measure: Measure,
  { from, to }: { readonly from: number; readonly to: number },
  sensors: readonly Pick<SensorView, 'from' | 'to'>[],
): Shape {
  const span = Math.max(to - from, 1);
  const x = (at: number): number => (Math.min(Math.max(at - from, 0), span) / span) * WIDTH;
  const seconds = span / Math.max(points.length, 1);
  const most = points.reduce((top, point) => Math.max(top, point[measure]), 0);
  const bars = points.map((point, at) => {
    const end = points[at + 1]?.ts ?? to;
    return {
      x: x(point.ts),
      width: Math.max(x(end) - x(point.ts), 0),
      // What is there is seen, however little it is beside the rest.
      height: point[measure] === 0 ? 0 : Math.max((HEIGHT * point[measure]) / most, 1.5),
      notices: point.notices,
      point,
      from: point.ts,
      to: end,
    };
  });
  return {
    bars,
    most,
    seconds,
    // What is shorter than a bar is how long a sensor takes to tell.
    blind: gaps(sensors, from, to)
      .filter((gap) => gap.to - gap.from >= seconds)
      .map((gap) => ({ x: x(gap.from), width: x(gap.to) - x(gap.from) })),
  };
}

/** What lies in between and no sensor was there for. */
export function gaps(
  sensors: readonly Pick<SensorView, 'from' | 'to'>[],
  from: number,
  to: number,
): readonly { readonly from: number; readonly to: number }[] {
  const found: { from: number; to: number }[] = [];
  let seenUntil = from;
  for (const each of sensors.toSorted((one, other) => one.from - other.from)) {
    if (each.from > seenUntil) found.push({ from: seenUntil, to: Math.min(each.from, to) });
    seenUntil = Math.max(seenUntil, each.to);
    if (seenUntil >= to) return found;
  }
  if (seenUntil < to) found.push({ from: seenUntil, to });
  return found.filter((gap) => gap.to > gap.from);
}
