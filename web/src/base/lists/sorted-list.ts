import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { type Column, nextSort, sorted, type SortSearch, sortSearchFrom } from './sorting.ts';
import { useFurtherPages } from './use-further-pages.ts';

export interface Sorting {
  readonly sort: SortSearch;
  readonly onSort: (key: string) => void;
}

/** Which column the address says, and a way to say another. */
export function useSorting(): Sorting {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const sort = sortSearchFrom(search);
  const navigate = useNavigate();
  const onSort = (key: string): void =>
    void navigate({
      to: '.',
      // By the address, which may be ahead of what is drawn: a second press soon after the first one counts too.
      search: (now) => {
        const { by, down, ...others } = now;
        return { ...others, ...nextSort(sortSearchFrom({ by, down }), key) };
      },
      replace: true,
    });
  return { sort, onSort };
}

/** As many rows as are fetched to be sorted or saved; more would take a browser's patience, and the server's. */
export const MOST_ROWS = 5_000;

export interface PagedList<Row> {
  readonly rows: readonly Row[];
  /** There are more than these, and more than are fetched to be sorted. */
  readonly isCut: boolean;
  /** Fetches what is missing, up to {@link MOST_ROWS}, and answers all in the order shown. */
  readonly fetchRows: () => Promise<readonly Row[]>;
}

/** A list that comes in pages, in the order that the address says: who sorts it gets all of it. */
export function useSortedPages<Page, Row>(
  list: UseInfiniteQueryResult<InfiniteData<Page>>,
  rowsOf: (page: Page) => readonly Row[],
  columns: readonly Column<Row>[],
  sort: SortSearch,
): PagedList<Row> {
  const { data, hasNextPage, fetchNextPage } = list;
  const given = useMemo(() => data?.pages.flatMap(rowsOf) ?? [], [data, rowsOf]);
  useFurtherPages(list, sort.by !== undefined && given.length < MOST_ROWS);
  const { by, down } = sort;
  const rows = useMemo(
    () => sorted(given, columns, { ...(by === undefined ? {} : { by }), ...(down === undefined ? {} : { down }) }),
    [given, columns, by, down],
  );
  const fetchRows = useCallback(async () => {
    let fetched: readonly Row[] = given;
    for (let more = hasNextPage; more && fetched.length < MOST_ROWS;) {
      const next = await fetchNextPage({ throwOnError: true });
      fetched = next.data?.pages.flatMap(rowsOf) ?? [];
      more = next.hasNextPage;
    }
    return sorted(fetched, columns, { ...(by === undefined ? {} : { by }), ...(down === undefined ? {} : { down }) });
  }, [given, hasNextPage, fetchNextPage, rowsOf, columns, by, down]);
  return { rows, isCut: sort.by !== undefined && hasNextPage && given.length >= MOST_ROWS, fetchRows };
}
