import { showError } from '../../app/toasts.ts';
import { isSignedOut } from '../../base/requests/problem.ts';
import { logOut } from './api.ts';
import { endSession, leaveEverything } from './leave.ts';

/** Ends the session on the server, then leaves nothing of it in this page. */
export function useLogOut(): () => void {
  return () => {
    void (async () => {
      try {
        await endSession(logOut);
      } catch (error) {
        if (!isSignedOut(error)) {
          showError('Log out', error);
          return;
        }
      }
      leaveEverything('/log-in');
    })();
  };
}
