import { ApiError } from '../../../base/requests/problem.ts';

/** What a browser says when it cannot be subscribed (Push API, section 6), in words that help. */
export function inWordsOfBrowser(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error;
  const detail = error.message === '' ? error.name : error.message.replace(/\.$/, '');
  if (error.name === 'AbortError') {
    return new ApiError({
      ...{ code: 'push_service_unreachable', status: 0, title: 'The browser does not reach its push service', detail },
      remedy:
        'Some browsers have none, or have it switched off, and in a private window there is none. Notices while a tab is open work without it.',
    });
  }
  return new ApiError({
    ...{ code: 'browser_refused', status: 0, title: 'The browser refused', detail },
    remedy: 'Look at what its settings allow this page, then try again.',
  });
}
