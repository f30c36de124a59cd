/**
 * One part of how a bucket is set up: known, or not, and then why not. What could not be read is never taken for a value,
 * neither for a safe one nor for a bad one.
 */
export type Fact<Value> =
  | { readonly known: true; readonly value: Value }
  | { readonly known: false; readonly reason: UnreadReason; readonly detail: string };

/**
 * `denied`: these credentials may not. `not_implemented`: the store has no such thing. `silently_ignored`: it takes the
 * setting and does nothing with it. `gone`: the bucket was deleted meanwhile. `throttled`, `timed_out`: the store did not
 * get to it. `not_asked`: nobody wanted to know. `failed`: anything else.
 */
export const unreadReasons = [
  'denied',
  'not_implemented',
  'silently_ignored',
  'gone',
  'throttled',
  'timed_out',
  'not_asked',
  'failed',
] as const;
export type UnreadReason = (typeof unreadReasons)[number];

export function known<Value>(value: Value): Fact<Value> {
  return { known: true, value };
}

/** `detail` is what the store said, for people: `AccessDenied, 403`. */
export function unread(reason: UnreadReason, detail: string = reason): Fact<never> {
  return { known: false, reason, detail };
}

const WORDS: { readonly [R in UnreadReason]: string } = {
  denied: 'these credentials may not read it',
  not_implemented: 'the store has no such setting',
  silently_ignored: 'the store takes the setting and ignores it',
  gone: 'the bucket is gone',
  throttled: 'the store asked to slow down, again and again',
  timed_out: 'no answer came in time',
  not_asked: 'it was not asked for',
  failed: 'the store failed',
};

/** For people, with what the store said. */
export function whyUnread({ reason, detail }: { readonly reason: UnreadReason; readonly detail: string }): string {
  return detail === reason ? WORDS[reason] : `${WORDS[reason]} (${detail})`;
}
