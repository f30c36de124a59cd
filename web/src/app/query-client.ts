import {
  type InvalidateOptions,
  type InvalidateQueryFilters,
  type Query,
  QueryClient,
  type QueryKey,
} from '@tanstack/react-query';
import { problemOf } from '../base/requests/problem.ts';

/**
 * The library keeps a request that is under way when its answer is said to be worth nothing any more, where it is the first or nobody
 * shows its answer. What it brings may be of before: it is asked once more as soon as it is there, or is shown.
 */
class LiveQueryClient extends QueryClient {
  override async invalidateQueries<Key extends QueryKey = QueryKey>(
    filters?: InvalidateQueryFilters<Key>,
    options?: InvalidateOptions,
  ): Promise<void> {
    const invalidate = (only?: QueryKey): Promise<void> =>
      super.invalidateQueries(only ? { ...filters, queryKey: only as Key, exact: true } : filters, options);
    const again = async (kept: Query): Promise<void> => {
      try {
        await kept.fetch();
      } catch {
        return;
      }
      await invalidate(kept.queryKey);
    };
    // Before others begin, which ask for what is so now.
    const kept = this.#keptRequests(filters);
    await Promise.all([invalidate(), ...kept.map(again)]);
  }

  #keptRequests(filters?: InvalidateQueryFilters): Query[] {
    const running = this.getQueryCache().findAll({ ...filters, fetchStatus: 'fetching' } as InvalidateQueryFilters);
    return running.filter((query) => query.state.data === undefined || !query.isActive());
  }
}

/** What the server answered is shown at once and looked at again in the background. */
export const queryClient = new LiveQueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the browser thinks of the network is no answer; asked anew when it comes back, which this mode leaves out unless told.
      networkMode: 'always',
      refetchOnReconnect: true,
      // Only where asking again can help: no answer, or a server that is busy.
      retry: (failures, error) => failures < 2 && [0, 502, 503, 504].includes(problemOf(error).status),
      retryDelay: (failures) => 500 * 2 ** failures,
    },
    // Held back until the browser thinks that it is online again, an act would be done then, whoever has called it off meanwhile.
    mutations: { networkMode: 'always' },
  },
});
