/** Calls that anybody may make, and that cost the server more than the caller, are taken so often from one place only. */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { placeOf } from '../../base/http/addresses.ts';
import { serverErrors } from '../errors.ts';

/** Places are remembered in memory, for a minute: whoever has more addresses than this is no matter for a counter. */
const PLACES = 5_000;

/** Guards the routes that are public; call it in the scope that they are registered in, before them. */
export async function addFloodGuard(app: FastifyInstance, requestsPerMinute: number): Promise<void> {
  app.addHook('onRoute', (route) => {
    if (route.config?.access !== 'public') route.config = { ...route.config, rateLimit: false };
  });
  const headers = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    cache: PLACES,
    keyGenerator: (request) => placeOf(request.ip),
    // What is left is nobody's business; Retry-After comes with the problem.
    addHeaders: { ...headers, 'retry-after': false },
    addHeadersOnExceeding: headers,
    errorResponseBuilder: (_request, { ttl }) => serverErrors('request_flood', { extra: { retryAfterMs: ttl } }),
  });
}
