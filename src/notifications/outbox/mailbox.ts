/**
 * What waits for one reader on one channel. One row holds it all: notices that fold as they come, and the letter that is
 * on its way. So a reader gets one letter at a time, and however much happens, the row stays small and the cap holds.
 */
import { lastDetails, type NoticeSubject, type Severity, worse, worstAbout } from '../kind.ts';
import type { StoredLetter } from '../records.ts';

export type WaitingNotice = {
  /** Equal for repeats. */
  readonly key: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly details: readonly string[];
  readonly about?: readonly NoticeSubject[];
  /** Not before; see rules/apply.ts. */
  readonly leaveMs: number;
};

export type Sending = {
  /** Its id is the same at each attempt. */
  readonly letter: StoredLetter;
  readonly destination: string;
  /** Begun, the present one included. */
  readonly attempts: number;
  readonly firstTriedMs: number;
  /** When it is tried again unless something is heard of it before; whoever died with it is silent until then. */
  readonly retryMs: number;
};

export type Mailbox = {
  readonly waiting: readonly WaitingNotice[];
  readonly sending: Sending | null;
  /** An address to be confirmed: the one letter that goes to an address before it is. */
  readonly confirmation: { readonly destination: string; readonly token: string } | null;
  /** When the last attempt began. */
  readonly lastMs: number;
};

export const EMPTY: Mailbox = { waiting: [], sending: null, confirmation: null, lastMs: 0 };

/** So many different things; more of a kind are told together. */
const MAX_WAITING = 40;

export function addNotice(mailbox: Mailbox, notice: WaitingNotice): Mailbox {
  const same = mailbox.waiting.findIndex(({ key }) => key === notice.key);
  if (same === -1 && mailbox.waiting.length >= MAX_WAITING && notice.key !== notice.kind) {
    return addNotice(mailbox, { ...notice, key: notice.kind });
  }
  if (same === -1) return { ...mailbox, waiting: [...mailbox.waiting, notice] };
  const waiting = mailbox.waiting.map((each, index) =>
    index === same
      ? {
          ...each,
          severity: worse(each.severity, notice.severity),
          count: each.count + notice.count,
          firstMs: Math.min(each.firstMs, notice.firstMs),
          lastMs: Math.max(each.lastMs, notice.lastMs),
          details: lastDetails(each.details, notice.details),
          ...(notice.about ? { about: worstAbout(each.about ?? [], notice.about) } : {}),
          leaveMs: Math.min(each.leaveMs, notice.leaveMs),
        }
      : each,
  );
  return { ...mailbox, waiting };
}

/** When there is something to do; `null`: nothing waits. `gapMs` is the least time from one attempt to the next. */
export function dueMs({ waiting, sending, confirmation, lastMs }: Mailbox, gapMs: number): number | null {
  if (sending) return sending.retryMs;
  if (confirmation) return lastMs + gapMs;
  if (waiting.length === 0) return null;
  return Math.max(lastMs + gapMs, Math.min(...waiting.map(({ leaveMs }) => leaveMs)));
}
