import { lazyRouteComponent } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { ApiError, problemOf } from '../base/requests/problem.ts';

/**
 * A page whose script comes when it is first wanted. When it does not come, the page says so in its place: the router of its
 * own would load everything anew, and while the server is gone that leaves nothing at all.
 */
export function lazyPage<Name extends string>(
  load: () => Promise<{ readonly [Named in Name]: ComponentType }>,
  name: Name,
) {
  return lazyRouteComponent(async () => {
    try {
      return await load();
    } catch (error) {
      const problem = problemOf(error);
      throw problem.code === 'page_not_fetched' ? new ApiError(problem) : error;
    }
  }, name);
}
