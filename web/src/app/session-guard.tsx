/**
 * When the session ends while somebody works, they log in again on top of the page: it stays where it is, with what they
 * typed, and goes on when they are back, also where they came back in another window.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { type ReactNode, useCallback, useEffect } from 'react';
import { latePart } from './late-part.tsx';
import { sessionEnded } from '../base/requests/session.ts';
import { useStore } from '../base/store.ts';
import { meOptions, whoIsLoggedIn } from '../features/accounts/api.ts';
import { leaveEverything } from '../features/accounts/leave.ts';
import { onLogInElsewhere } from '../features/accounts/other-windows.ts';
import styles from './session-guard.module.css';

const LogInForm = latePart(
  'Show the log-in form',
  async () => (await import('../features/accounts/log-in-form.tsx')).LogInForm,
);

export function SessionGuard({ children }: { readonly children: ReactNode }) {
  const ended = useStore(sessionEnded);
  const inside = useRouterState({ select: (state) => state.matches.some((match) => match.routeId === '/frame') });
  const queries = useQueryClient();
  const shown = ended && inside;

  const back = useCallback(
    (accountId: string): void => {
      const before = queries.getQueryData(meOptions.queryKey);
      // Somebody else now: nothing of the one before may stay on the screen.
      if (before && before.accountId !== accountId) {
        leaveEverything('/files');
        return;
      }
      if (!sessionEnded.get()) return;
      sessionEnded.set(false);
      void queries.invalidateQueries();
    },
    [queries],
  );
  useEffect(() => {
    if (!inside) return undefined;
    return onLogInElsewhere(() => {
      // Where nobody answers, what is on the screen stays as it is.
      whoIsLoggedIn().then(
        ({ accountId }) => back(accountId),
        () => undefined,
      );
    });
  }, [inside, back]);

  return (
    <>
      <div inert={shown} aria-hidden={shown}>
        {children}
      </div>
      {shown && (
        <div className={styles.over} role="dialog" aria-modal="true" aria-label="Log in again">
          <div className={styles.panel}>
            <h1>Your session has ended</h1>
            <p className="soft">Log in again to go on where you were. Nothing that you typed is lost.</p>
            <LogInForm onDone={back} />
          </div>
        </div>
      )}
    </>
  );
}
