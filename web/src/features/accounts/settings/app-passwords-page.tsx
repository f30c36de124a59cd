import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconPlugConnected from '@tabler/icons-react/icons/IconPlugConnected';
import { useState } from 'react';
import { showError, showToast } from '../../../app/toasts.ts';
import { AskFirst } from '../../../base/dialogs/ask-first.tsx';
import { Name, Time } from '../../../base/text/bits.tsx';
import { Empty } from '../../../base/pages/empty.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { table } from '../../../base/lists/table.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { type AppPassword, appPasswordsOptions, revokeAppPassword } from './api.ts';
import { scopes } from './app-password-scopes.ts';
import { MakeAppPassword } from './make-app-password.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';

export function AppPasswordsPage() {
  usePageTitle('App passwords');
  const queries = useQueryClient();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<AppPassword | null>(null);
  const list = useQuery(appPasswordsOptions);
  const revoke = useMutation({
    mutationFn: ({ appPasswordId }: AppPassword) => revokeAppPassword(appPasswordId),
    // Isolated, because a label may be of any script.
    onSuccess: (_, { label }) => showToast({ text: `Revoked “\u2068${label}\u2069”. It opens nothing any more.` }),
    onError: (error, { label }) => showError(`Revoke “${label}”`, error),
    onSettled: () => queries.invalidateQueries(appPasswordsOptions),
  });

  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <p className="soft">
          A program gets a password of its own, so that you need not give it yours. It does what it is for and never
          logs in.
        </p>
        <Button onClick={() => setMaking(true)}>Make an app password</Button>
      </div>
      {list.error && (
        <ProblemNote error={list.error} tried="List the app passwords" onRetry={() => void list.refetch()} />
      )}
      {list.data?.length === 0 && (
        <Empty icon={<IconPlugConnected size={40} stroke={1.3} />} title="No app passwords">
          <p>Programs that sync or back up, such as rclone, will be listed here.</p>
        </Empty>
      )}
      {list.data && list.data.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table} aria-label="App passwords">
            <thead>
              <tr>
                <th scope="col">For</th>
                <th scope="col">Opens</th>
                <th scope="col" className={table.wide}>
                  Last used
                </th>
                <th scope="col" className={table.wide}>
                  Ends unless used
                </th>
                <th scope="col" className={table.acts}>
                  <span className="hidden-text">What to do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {list.data.map((each) => (
                <tr key={each.appPasswordId}>
                  <td>
                    <Name>{each.label}</Name>
                  </td>
                  <td>{scopes[each.scope].label}</td>
                  <td className={table.wide}>
                    {each.lastUsedTime === null ? 'Never' : <Time>{each.lastUsedTime}</Time>}
                  </td>
                  <td className={table.wide}>
                    <Time>{each.expiresTime}</Time>
                  </td>
                  <td className={table.acts}>
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`Revoke ${each.label}`}
                      disabled={revoke.isPending}
                      onClick={() => setRevoking(each)}
                    >
                      Revoke…
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {making && <MakeAppPassword onClose={() => setMaking(false)} />}
      {revoking && (
        <AskFirst
          title={
            <>
              Revoke <bdi>{revoking.label}</bdi>
            </>
          }
          act="Revoke it"
          onAct={() => revoke.mutate(revoking)}
          onClose={() => setRevoking(null)}
        >
          <p>
            Whatever uses it is refused from now on. It cannot be brought back: to go on, the program needs a new one.
          </p>
        </AskFirst>
      )}
    </div>
  );
}
