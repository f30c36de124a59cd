/** What an authority says of when a certificate is to be renewed (RFC 9773): sooner than usual when it will be called back. */
import { errorFacts } from '../../../base/error-facts.ts';
import type { Log } from '../../../base/log.ts';
import { visible } from '../../../base/text/visible.ts';
import { type AcmeAnswer, askAcme, jsonOf, retryAfterMs } from '../acme-request.ts';
import { type DirectoryOptions, readDirectory } from '../directory.ts';
import type { RenewalWindow } from './timing.ts';

export interface RenewalInfoOptions extends DirectoryOptions {
  readonly clock: () => number;
  readonly log: Log;
}

export interface RenewalInfo {
  /** What the authority said last of the certificate; `null`: nothing, so that it is renewed by its time. */
  windowFor(certificateId: string): RenewalWindow | null;
  /** It is to be asked again then; a certificate that it was not asked about is due at once. */
  dueMs(certificateId: string): number;
  /** Asks, and never throws: without an answer a certificate is renewed by its time. */
  ask(certificateId: string): Promise<void>;
}

/** Without a word of the authority, and after a failure (section 4.3.3). */
const USUAL_MS = 6 * 3_600_000;
/** What an authority may ask for (section 4.3.2). */
const SHORTEST_MS = 60_000;
const LONGEST_MS = 86_400_000;
const MAX_EXPLANATION = 300;

export function openRenewalInfo(options: RenewalInfoOptions): RenewalInfo {
  const { clock, log, signal } = options;
  let said: { readonly of: string; readonly window: RenewalWindow | null; readonly againMs: number } | null = null;

  const answered = async (certificateId: string): Promise<AcmeAnswer | null> => {
    const { renewalInfo } = await readDirectory(options);
    if (renewalInfo === null) return null;
    return await askAcme({ ...options, url: `${renewalInfo.replace(/\/$/, '')}/${certificateId}`, method: 'GET' });
  };
  return {
    windowFor: (certificateId) => (said?.of === certificateId ? said.window : null),
    dueMs: (certificateId) => (said?.of === certificateId ? said.againMs : 0),
    async ask(certificateId) {
      const before = said?.of === certificateId ? said.window : null;
      try {
        const answer = await answered(certificateId);
        const isSaid = answer === null || answer.status === 200;
        const window = isSaid ? windowOf(answer === null ? {} : jsonOf(answer)) : before;
        const asked = answer === null ? null : retryAfterMs(answer.headers, clock());
        const waitMs = Math.min(Math.max(asked ?? USUAL_MS, SHORTEST_MS), LONGEST_MS);
        said = { of: certificateId, window, againMs: clock() + waitMs };
        if (answer !== null && window !== null && !isSame(window, before)) tell(log, window, jsonOf(answer));
      } catch (error) {
        if (signal.aborted) return;
        log.warn(errorFacts(error), 'The certificate authority does not say when to renew; what it said before counts');
        said = { of: certificateId, window: before, againMs: clock() + USUAL_MS };
      }
    },
  };
}

/** `null`: there is none, or none that is one (section 4.2). */
export function windowOf({ suggestedWindow }: Readonly<Record<string, unknown>>): RenewalWindow | null {
  const { start, end } = (suggestedWindow ?? {}) as { start?: unknown; end?: unknown };
  if (typeof start !== 'string' || typeof end !== 'string') return null;
  const [startMs, endMs] = [Date.parse(start), Date.parse(end)];
  return startMs < endMs ? { startMs, endMs } : null;
}

function isSame(one: RenewalWindow, other: RenewalWindow | null): boolean {
  return one.startMs === other?.startMs && one.endMs === other.endMs;
}

function tell(
  log: Log,
  { startMs, endMs }: RenewalWindow,
  { explanationURL }: Readonly<Record<string, unknown>>,
): void {
  const why = typeof explanationURL === 'string' ? { why: visible(explanationURL).slice(0, MAX_EXPLANATION) } : {};
  const iso = (ms: number): string => new Date(ms).toISOString();
  log.info({ from: iso(startMs), until: iso(endMs), ...why }, 'When the certificate authority wants a renewal');
}
