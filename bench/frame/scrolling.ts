/** Turning the wheel over a long list in a real browser: how long each frame takes, and whether something is drawn. */
import type { CDPSession } from 'playwright-core';

export interface Line {
  readonly what: string;
  readonly measured: string;
}

export interface Scrolled {
  readonly frames: readonly number[];
  /** Times that nothing stood in the middle, of those that it was looked at. */
  readonly empty: number;
  readonly looked: number;
}

const SLOW_FRAME_MS = 50;

/** In the page: whether one of what `selector` finds is in the middle of the list. */
export const IN_THE_MIDDLE = `(list, selector) => {
  const { left, top, width, height } = list.getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + height / 2)?.closest(selector) ?? null;
}`;

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** `reached`: how far it came, in words. */
export function scrollLines(what: string, { frames, empty, looked }: Scrolled, reached: string): Line[] {
  const slow = frames.filter((ms) => ms > SLOW_FRAME_MS);
  const seconds = frames.reduce((sum, ms) => sum + ms, 0) / 1000;
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
  const share = ((100 * slow.length) / frames.length).toFixed(2);
  return [
    { what, measured: `${frames.length} frames in ${seconds.toFixed(1)} s, ${reached}` },
    { what: `frames over ${SLOW_FRAME_MS} ms`, measured: `${slow.length} (${share} %)` },
    { what: 'a frame: median, 99 of 100, longest', measured: `${at(0.5)}, ${at(0.99)}, ${at(1)} ms` },
    { what: 'no row in the middle of the list', measured: `${empty} of ${looked} frames that were looked at` },
  ];
}

/** After a collection of garbage. */
export async function memoryLine(devtools: CDPSession, what: string): Promise<Line> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const of = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  const mib = (of('JSHeapUsedSize') / 2 ** 20).toFixed(1);
  return { what, measured: `${mib} MiB of JavaScript, ${of('Nodes')} nodes` };
}
