/** What the overview asks beside the lists that other pages show. */
import { queryOptions } from '@tanstack/react-query';
import type { FindingsReply } from '../../../../src/findings/wire.ts';
import { request } from '../../base/requests/api.ts';
import { everyFinding, type FindingSummary } from '../findings/api.ts';
import { type FindingsFilter, queryOf } from '../findings/filter.ts';

/** What somebody else sets off, an agent or another admin, is seen after this long at the latest. */
export const FRESH_MS = 30_000;
const SHOWN = 3;
/** The server looks at so many rows a call that these go through 20,000 findings. */
const MOST_CALLS = 4;

/** The three worst that are open and fit. */
export const worstOptions = (filter: FindingsFilter) =>
  queryOptions({
    queryKey: [...everyFinding, 'worst', queryOf(filter).toString()],
    refetchInterval: FRESH_MS,
    queryFn: async ({ signal }) => {
      const found: FindingSummary[] = [];
      let after: string | undefined;
      for (let call = 0; call < MOST_CALLS && found.length < SHOWN; call += 1) {
        const query = queryOf(filter);
        query.set('limit', String(SHOWN));
        if (after !== undefined) query.set('after', after);
        const { findings, next } = await request<FindingsReply>('GET', `/findings?${query}`, { signal });
        found.push(...findings);
        after = next;
        if (next === undefined) break;
      }
      return found.slice(0, SHOWN);
    },
  });
