import { useEffect } from 'react';

/** What of a list that comes in pages says whether there is more. */
export interface FurtherPages {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  /** Nothing is asked again by itself after a failure: a server that is busy would be asked without end. */
  readonly isError: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}

/** Fetches one page after the other for as long as more is wanted, there is more, and none has failed. */
export function useFurtherPages(list: FurtherPages, isWanted: boolean): void {
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = list;
  const isLooking = isWanted && hasNextPage && !isFetchingNextPage && !isError;
  useEffect(() => {
    if (isLooking) void fetchNextPage();
  }, [isLooking, fetchNextPage]);
}
