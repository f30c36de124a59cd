/** Sorting of a list that is in the browser as a whole. */

export interface Column<Row> {
  /** What stands in the address. */
  readonly key: string;
  readonly label: string;
  readonly className?: string | undefined;
  /** What rows are sorted by, and what stands in a spreadsheet; times as RFC 3339. */
  readonly value: (row: Row) => string | number | null;
}

/** As it stands in the address of the page; without `by` the list is in the order in which the server gives it. */
export interface SortSearch {
  readonly by?: string;
  readonly down?: true;
}

/** Reads an address that anybody may have typed. */
export function sortSearchFrom({ by, down }: Readonly<Record<string, unknown>>): SortSearch {
  if (typeof by !== 'string') return {};
  return { by: by.slice(0, 32), ...(down === true ? { down } : {}) };
}

/** Up, down, and back to the server's order. */
export function nextSort(now: SortSearch, key: string): SortSearch {
  if (now.by !== key) return { by: key };
  return now.down === true ? {} : { by: key, down: true };
}

/** Text as people sort it, numbers by size; what is not known comes last either way. */
export function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { by, down }: SortSearch,
  locale?: string,
): readonly Row[] {
  const column = columns.find(({ key }) => key === by);
  if (!column) return rows;
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  const sign = down === true ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [a, b] = [column.value(one), column.value(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    return sign * compare(String(a), String(b));
  });
}
