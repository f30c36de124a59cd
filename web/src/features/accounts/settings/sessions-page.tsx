import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { showError, showToast } from '../../../app/toasts.ts';
import { AskFirst } from '../../../base/dialogs/ask-first.tsx';
import { Time } from '../../../base/text/bits.tsx';
import { counted } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { table } from '../../../base/lists/table.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { endSession, type Session, sessionsOptions } from './api.ts';
import { sections as styles } from '../../../base/pages/sections.ts';

export function SessionsPage() {
  usePageTitle('Sessions');
  const queries = useQueryClient();
  const sessions = useQuery(sessionsOptions);
  const [ending, setEnding] = useState<readonly Session[] | null>(null);
  const others = sessions.data?.filter(({ current }) => !current) ?? [];
  const end = useMutation({
    mutationFn: async (ended: readonly Session[]) => {
      for (const { sessionId } of ended) await endSession(sessionId);
    },
    onSuccess: (_, ended) => showToast({ text: `Ended ${counted(ended.length, 'session')}.` }),
    onError: (error) => showError('End the session', error),
    onSettled: () => queries.invalidateQueries(sessionsOptions),
  });
  const list = sessions.data?.toSorted((one, other) => Number(other.current) - Number(one.current)) ?? [];

  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <p className="soft">
          Where you are logged in. A session that you do not know: end it, then change your password.
        </p>
        <Button variant="default" disabled={others.length === 0 || end.isPending} onClick={() => setEnding(others)}>
          End all others…
        </Button>
      </div>
      {sessions.error && (
        <ProblemNote error={sessions.error} tried="List the sessions" onRetry={() => void sessions.refetch()} />
      )}
      {sessions.data && (
        <div className={table.scroll}>
          <table className={table.table} aria-label="Sessions">
            <thead>
              <tr>
                <th scope="col">Device</th>
                <th scope="col" className={table.wide}>
                  Last used
                </th>
                <th scope="col" className={table.wide}>
                  Logged in
                </th>
                <th scope="col" className={table.acts}>
                  <span className="hidden-text">What to do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {list.map((session) => (
                <tr key={session.sessionId}>
                  <td>
                    <bdi>{session.device}</bdi> {session.current && <span className={styles.mark}>This one</span>}
                    <span className={`${table.under} ${table.narrow}`}>
                      Last used <Time within>{session.lastUsedTime}</Time>
                    </span>
                  </td>
                  <td className={table.wide}>
                    <Time>{session.lastUsedTime}</Time>
                  </td>
                  <td className={table.wide}>
                    <Time>{session.createdTime}</Time>
                  </td>
                  <td className={table.acts}>
                    {!session.current && (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={`End the session on ${session.device}`}
                        disabled={end.isPending}
                        onClick={() => setEnding([session])}
                      >
                        End…
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {ending && <EndFirst ended={ending} onAct={() => end.mutate(ending)} onClose={() => setEnding(null)} />}
    </div>
  );
}

function EndFirst({ ended, onAct, onClose }: EndFirstProps) {
  const [only] = ended.length === 1 ? ended : [];
  return (
    <AskFirst
      title={
        only ? (
          <>
            End the session on <bdi>{only.device}</bdi>
          </>
        ) : (
          `End ${counted(ended.length, 'session')}`
        )
      }
      act={only ? 'End it' : 'End them'}
      onAct={onAct}
      onClose={onClose}
    >
      <p>
        {only ? 'It is' : 'All but this one are'} logged out at once, and uploads and downloads that go on there break
        off. To go on there, somebody has to log in again.
      </p>
    </AskFirst>
  );
}

interface EndFirstProps {
  readonly ended: readonly Session[];
  readonly onAct: () => void;
  readonly onClose: () => void;
}
