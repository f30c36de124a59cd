/** One part of the score, from 0 to 1, and how it came about. */
export interface ScorePart {
  readonly name: 'timing' | 'sizes' | 'endurance' | 'evenness';
  readonly score: number;
  readonly why: string;
}

const HOUR = 3600;
/** RITA v5 wants six hours of a day before endurance says anything, and takes twelve in a row as lasting. */
const LEAST_HOURS = 6;
const ROW_HOURS = 12;
const SLOTS = 24;

/**
 * How much connections look like a program that reports at intervals, in the manner of RITA v5: the mean of four parts.
 * `times` in seconds, in order, at least 4; `sizes` in bytes, one for each.
 */
export function beaconScore(
  times: readonly number[],
  sizes: readonly number[],
): { readonly score: number; readonly parts: readonly ScorePart[] } {
  const intervals = times.slice(1).map((time, index) => time - times[index]!);
  const parts: readonly ScorePart[] = [
    regularity('timing', intervals, 's between connections'),
    regularity('sizes', sizes, 'bytes sent'),
    endurance(times),
    evenness(times),
  ];
  return { score: parts.reduce((sum, { score }) => sum + score, 0) / parts.length, parts };
}

/** Half for symmetry (Bowley's skewness), half for closeness to the median (median absolute deviation). */
function regularity(name: ScorePart['name'], values: readonly number[], unit: string): ScorePart {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share)) as [number, number, number];
  const deviation = quantile(
    values.map((value) => Math.abs(value - middle)).toSorted((one, other) => one - other),
    0.5,
  );
  const skew = high === low ? 0 : (high + low - 2 * middle) / (high - low);
  const closeness = middle === 0 ? 0 : Math.max(0, 1 - deviation / middle);
  return {
    ...{ name, score: (1 - Math.abs(skew) + closeness) / 2 },
    why: `${shown(middle)} ${unit} in the middle, ${shown(deviation)} off it half of the time, skewness ${skew.toFixed(2)}`,
  };
}

/** How many hours of the day it was seen in, or how many in a row. */
function endurance(times: readonly number[]): ScorePart {
  const hours = [...new Set(times.map((time) => Math.floor(time / HOUR)))];
  let [row, longest] = [1, 1];
  for (let index = 1; index < hours.length; index += 1) {
    row = hours[index] === hours[index - 1]! + 1 ? row + 1 : 1;
    if (row > longest) longest = row;
  }
  const why = `seen in ${hours.length} hours, ${longest} of them in a row`;
  if (hours.length < LEAST_HOURS) return { name: 'endurance', score: 0, why: `${why}; ${LEAST_HOURS} are the least` };
  return { name: 'endurance', score: Math.min(1, Math.max(hours.length / SLOTS, longest / ROW_HOURS)), why };
}

/** The same number of connections in each 24th of the time, or one of two numbers. */
function evenness(times: readonly number[]): ScorePart {
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const counts = Array<number>(SLOTS).fill(0);
  const slot = Math.max(1e-9, (last - first) / SLOTS);
  for (const time of times) counts[Math.min(SLOTS - 1, Math.floor((time - first) / slot))]! += 1;
  const mean = times.length / SLOTS;
  const spread = Math.sqrt(counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / SLOTS);
  const variation = spread / mean;
  const common = [...Map.groupBy(counts, (count) => count).values()].map((same) => same.length);
  const [one = 0, two = 0] = common.toSorted((a, b) => b - a);
  const bimodal = (one + two) / SLOTS;
  // With fewer connections than slots every number is 0 or 1, which says nothing.
  const fits = times.length >= 2 * SLOTS ? bimodal : 0;
  return {
    ...{ name: 'evenness', score: Math.max(0, 1 - variation, fits) },
    why: `${mean.toFixed(1)} in each 24th of the time, give or take ${spread.toFixed(1)}; two numbers fit ${Math.round(bimodal * 100)} % of them`,
  };
}

function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

function shown(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : 0 });
}
