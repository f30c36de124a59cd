import { QueryClient } from '@tanstack/react-query';
import { problemOf } from '../base/problem.ts';

/** What the server answered is shown at once and looked at again in the background. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // Only where asking again can help: no answer, or a server that is busy.
      retry: (failures, error) => failures < 2 && [0, 502, 503, 504].includes(problemOf(error).status),
      retryDelay: (failures) => 500 * 2 ** failures,
    },
  },
});
