import { tellOtherWindows } from './other-windows.ts';

/**
 * Whether this browser holds a session, as the server saw when it gave out the page: no script sees the cookie. Asking
 * who is logged in without one would only be refused, and stand in the console as an error.
 */
let held = document.querySelector<HTMLMetaElement>('meta[name="holdfast-session"]')?.content !== 'no';

export function holdsSession(): boolean {
  return held;
}

/** This page has ended it. */
export function noteNoSession(): void {
  held = false;
}

/** Somebody has logged in since. */
export function noteSession<Reply>(reply: Reply): Reply {
  held = true;
  tellOtherWindows();
  return reply;
}
