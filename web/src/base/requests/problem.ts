/** Why something failed, as the server says it (RFC 9457 with our members), or as the browser saw it. */
export interface Problem {
  /** Stable; docs/errors.md lists what the server sends. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly attempted?: string;
  readonly remedy: string;
  readonly fields?: readonly { readonly field: string; readonly problem: string }[];
  /** From the Retry-After header; how long to wait. */
  readonly retryAfterMs?: number;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/** The request never came back: the server is stopped, or the network is gone. */
export const unreachable: Problem = {
  code: 'server_unreachable',
  status: 0,
  title: 'The server does not answer',
  remedy: 'Check the connection, then try again.',
};
/** The same of what a person has typed into a form, which stays open. */
export const unreachableWithInput: Problem = {
  ...unreachable,
  remedy: `${unreachable.remedy} What you typed is kept.`,
};

/** What the server would answer; not asked where it is known. */
export const notSignedIn: Problem = {
  code: 'not_signed_in',
  status: 401,
  title: 'Nobody is signed in',
  remedy: 'Log in.',
};

/** Reads the body of a refusal; a proxy in between may have answered in its own words. */
export function problemFrom(status: number, body: unknown, retryAfterSeconds: string | null = null): Problem {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Partial<Problem>;
  const wait = Number(retryAfterSeconds ?? Number.NaN);
  return {
    code: given.code ?? `http_${status}`,
    status,
    title: given.title ?? `The answer was ${status}, without a reason`,
    remedy: given.remedy ?? 'Try again. If it stays, tell the person who runs this workspace.',
    ...(given.detail === undefined ? {} : { detail: given.detail }),
    ...(given.attempted === undefined ? {} : { attempted: given.attempted }),
    ...(given.fields === undefined ? {} : { fields: given.fields }),
    ...(Number.isFinite(wait) ? { retryAfterMs: wait * 1000 } : {}),
  };
}

/** A part of the app did not come: the server is gone, or has another version of the app by now. */
const pageNotFetched: Problem = {
  code: 'page_not_fetched',
  status: 0,
  title: 'A part of this app did not come from the server',
  remedy: 'Check the connection, then load the page again.',
};
/** As Chromium, Firefox, Safari and the build’s own loader say it. */
const NOT_FETCHED = /dynamically imported module|Importing a module script failed|Unable to preload/i;

/** Any error as a problem, so that what nobody foresaw is told as well. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  const said = error instanceof Error ? error.message : String(error);
  if (NOT_FETCHED.test(said)) return pageNotFetched;
  return {
    code: 'page_failed',
    status: 0,
    title: 'This page failed in a way nobody foresaw',
    detail: said,
    remedy: 'Load it again. If it stays, tell the person who runs this workspace what you did.',
  };
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.problem.code === code;
}

/** The session is over, or there never was one. */
export function isSignedOut(error: unknown): boolean {
  return hasCode(error, 'session_invalid') || hasCode(error, 'not_signed_in');
}
