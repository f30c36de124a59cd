import { changingSession } from '../../base/requests/session.ts';
import { noteNoSession } from './held-session.ts';

/** Runs an act after which this page goes on under another session. */
export async function renewSession<Made>(act: () => Promise<Made>): Promise<Made> {
  changingSession.set(true);
  try {
    return await act();
  } finally {
    changingSession.set(false);
  }
}

const unfinished = new Set<() => Promise<unknown>>();

/** What was put off, and would be refused once the session is over. */
export function finishBeforeSessionEnds(act: () => Promise<unknown>): void {
  unfinished.add(act);
}

/** Runs an act after which this page has no session, until somebody logs in. */
export async function endSession<Made>(act: () => Promise<Made>): Promise<Made> {
  changingSession.set(true);
  await Promise.allSettled([...unfinished].map((finish) => finish()));
  try {
    const made = await act();
    noteNoSession();
    return made;
  } catch (error) {
    changingSession.set(false);
    throw error;
  }
}

let isLeaving = false;

/** Whether all of this person goes on purpose: the browser need not ask whether what is unsent may be lost. */
export function isLeavingEverything(): boolean {
  return isLeaving;
}

/** Loads the app anew, so that nothing of one person stays in memory for the next. */
export function leaveEverything(to: string): void {
  isLeaving = true;
  location.assign(to);
  // The browser asks where something is not sent. Whoever stays has no session, and is told so as soon as they go on.
  for (const touch of TOUCHES) addEventListener(touch, stayed);
}

const TOUCHES = ['pointerdown', 'keydown'] as const;
function stayed(): void {
  for (const touch of TOUCHES) removeEventListener(touch, stayed);
  isLeaving = false;
  changingSession.set(false);
}
