/** What several rounds say together. */

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** `12 ms (11 to 15, 7 runs)`: the median, and what it lay between. */
export function spread(numbers: readonly number[], unit: string, digits = 0): string {
  const shown = (number: number): string => number.toLocaleString('en', { maximumFractionDigits: digits });
  const range = `${shown(Math.min(...numbers))} to ${shown(Math.max(...numbers))}`;
  return `${shown(median(numbers))} ${unit} (${range}, ${numbers.length} runs)`;
}

/**
 * Runs each side once per round, in turns: whatever else the machine does meets all of them alike. The order turns
 * round with every round, so that none always comes first. `round` starts at 0; names of files must hang on it.
 */
export async function inTurns<Side extends string, Figure>(
  rounds: number,
  sides: Readonly<Record<Side, (round: number) => Promise<Figure>>>,
): Promise<Record<Side, Figure[]>> {
  const names = Object.keys(sides) as Side[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as Figure[]])) as Record<Side, Figure[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) figures[name].push(await sides[name](round));
  }
  return figures;
}
