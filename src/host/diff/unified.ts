/** Two texts held against each other line by line, and shown as `diff -u` shows it. */

export interface LineChange {
  readonly kind: 'same' | 'gone' | 'new';
  readonly line: string;
}

/**
 * The shortest way from one to the other (Myers, “An O(ND) Difference Algorithm”, 1986); where more than this many lines
 * differ, what lies between the first and the last difference is told as replaced.
 */
const MOST_STEPS = 1000;

export function changesOf(before: readonly string[], after: readonly string[]): readonly LineChange[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  const same = (line: string): LineChange => ({ kind: 'same', line });
  return [
    ...before.slice(0, start).map(same),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

function middle(before: readonly string[], after: readonly string[]): readonly LineChange[] {
  const trace = traceOf(before, after);
  if (trace === null) {
    return [
      ...before.map((line): LineChange => ({ kind: 'gone', line })),
      ...after.map((line): LineChange => ({ kind: 'new', line })),
    ];
  }
  const changes: LineChange[] = [];
  let [x, y] = [before.length, after.length];
  for (let steps = trace.length - 1; steps > 0; steps -= 1) {
    const furthest = trace[steps - 1] ?? new Map<number, number>();
    const at = (diagonal: number): number => furthest.get(diagonal) ?? -1;
    const diagonal = x - y;
    const isNew = diagonal === -steps || (diagonal !== steps && at(diagonal - 1) < at(diagonal + 1));
    const from = isNew ? diagonal + 1 : diagonal - 1;
    const [fromX, fromY] = [at(from), at(from) - from];
    while (x > fromX && y > fromY && before[x - 1] === after[y - 1]) {
      changes.push({ kind: 'same', line: before[x - 1] ?? '' });
      [x, y] = [x - 1, y - 1];
    }
    changes.push(isNew ? { kind: 'new', line: after[y - 1] ?? '' } : { kind: 'gone', line: before[x - 1] ?? '' });
    [x, y] = [fromX, fromY];
  }
  for (; x > 0; x -= 1) changes.push({ kind: 'same', line: before[x - 1] ?? '' });
  return changes.toReversed();
}

/** For each number of steps how far each diagonal gets; `null`: it takes too many. */
function traceOf(before: readonly string[], after: readonly string[]): readonly Map<number, number>[] | null {
  const trace: Map<number, number>[] = [];
  for (let steps = 0; steps <= MOST_STEPS; steps += 1) {
    const last = trace.at(-1);
    const furthest = new Map<number, number>();
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      const [down, right] = [last?.get(diagonal + 1) ?? -1, last?.get(diagonal - 1) ?? -1];
      let x = steps === 0 ? 0 : diagonal === -steps || (diagonal !== steps && right < down) ? down : right + 1;
      let y = x - diagonal;
      while (x < before.length && y < after.length && before[x] === after[y]) [x, y] = [x + 1, y + 1];
      furthest.set(diagonal, x);
      if (x >= before.length && y >= after.length) return [...trace, furthest];
    }
    trace.push(furthest);
  }
  return null;
}

const CONTEXT = 3;

export interface UnifiedNames {
  readonly before: string;
  readonly after: string;
  /** The line that says where a later one belongs, as `table inet filter {`; absent: none does. */
  readonly isHeading?: (line: string) => boolean;
}

/** No lines where nothing is different. */
export function unifiedDiff(
  before: readonly string[],
  after: readonly string[],
  { before: from, after: to, isHeading }: UnifiedNames,
): readonly string[] {
  const changes = changesOf(before, after);
  const shown = new Set<number>();
  for (const [index, { kind }] of changes.entries()) {
    if (kind === 'same') continue;
    for (let near = index - CONTEXT; near <= index + CONTEXT; near += 1) if (near in changes) shown.add(near);
  }
  if (shown.size === 0) return [];
  const lines = [`--- ${from}`, `+++ ${to}`];
  let hunk: LineChange[] = [];
  let [fromLine, toLine, heading, hunkHeading] = [0, 0, '', ''];
  const close = (): void => {
    const size = (kind: LineChange['kind']): number =>
      hunk.filter((each) => each.kind === 'same' || each.kind === kind).length;
    const [gone, made] = [size('gone'), size('new')];
    // GNU diff: a side without lines is named by the line before it.
    const range = (line: number, lineCount: number): string =>
      `${lineCount === 0 ? line - lineCount : line - lineCount + 1},${lineCount}`;
    lines.push(
      `@@ -${range(fromLine, gone)} +${range(toLine, made)} @@${hunkHeading === '' ? '' : ` ${hunkHeading}`}`,
      ...hunk.map(({ kind, line }) => `${SIGNS[kind]}${line}`),
    );
    hunk = [];
  };
  for (const [index, change] of changes.entries()) {
    if (shown.has(index)) {
      if (hunk.length === 0) hunkHeading = heading;
      hunk.push(change);
    } else if (hunk.length > 0) close();
    if (change.kind !== 'new') fromLine += 1;
    if (change.kind !== 'gone') toLine += 1;
    if (isHeading?.(change.line)) heading = change.line;
  }
  if (hunk.length > 0) close();
  return lines;
}

const SIGNS: { readonly [Kind in LineChange['kind']]: string } = { same: ' ', gone: '-', new: '+' };
