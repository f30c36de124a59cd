import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import IconMailForward from '@tabler/icons-react/icons/IconMailForward';
import { useState } from 'react';
import { showError, showToast } from '../../../app/toasts.ts';
import { AskFirst } from '../../../base/dialogs/ask-first.tsx';
import { Time } from '../../../base/text/bits.tsx';
import { Empty } from '../../../base/pages/empty.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { SaveCsv } from '../../../base/saving/save-csv.tsx';
import { SortableHead } from '../../../base/lists/sortable-head.tsx';
import { useSortedPages, useSorting } from '../../../base/lists/sorted-list.ts';
import type { Column } from '../../../base/lists/sorting.ts';
import { table } from '../../../base/lists/table.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { useMe } from '../api.ts';
import { roles } from '../roles.ts';
import { sections as styles } from '../../../base/pages/sections.ts';
import { type Invite, invitesOptions, revokeInvite } from './api.ts';
import { MakeInvite } from './make-invite.tsx';

const invitesOf = ({ invites }: { readonly invites: readonly Invite[] }): readonly Invite[] => invites;
const columns: readonly Column<Invite>[] = [
  { key: 'for', label: 'For', value: ({ email }) => email ?? 'Anybody who has it' },
  { key: 'role', label: 'Role', value: ({ role }) => roles[role].label },
  { key: 'made', label: 'Made', className: table.wide, value: ({ createdTime }) => createdTime },
  { key: 'until', label: 'Good until', className: table.wide, value: ({ expiresTime }) => expiresTime },
];

/** Under Admin the invitations of everybody, under Settings one's own. */
export function InvitationsPage() {
  usePageTitle('Invitations');
  const me = useMe();
  const queries = useQueryClient();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Invite | null>(null);
  const list = useInfiniteQuery(invitesOptions);
  const { sort, onSort } = useSorting();
  const { rows: invites, fetchRows } = useSortedPages(list, invitesOf, columns, sort);
  const revoke = useMutation({
    mutationFn: ({ inviteId }: Invite) => revokeInvite(inviteId),
    onSuccess: () => showToast({ text: 'Took the invitation back. Nobody can sign up with it any more.' }),
    onError: (error) => showError('Take the invitation back', error),
    onSettled: () => queries.invalidateQueries(invitesOptions),
  });
  if (!me) return null;

  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <p className="soft">Open invitations. Each is good for one sign-up and can be taken back until then.</p>
        <div className={styles.row}>
          {invites.length > 0 && <SaveCsv fileName="invitations.csv" columns={columns} fetchRows={fetchRows} />}
          <Button onClick={() => setMaking(true)}>Invite somebody</Button>
        </div>
      </div>
      {list.error && (
        <ProblemNote error={list.error} tried="List the invitations" onRetry={() => void list.refetch()} />
      )}
      {list.data && invites.length === 0 && (
        <Empty icon={<IconMailForward size={40} stroke={1.3} />} title="No open invitations">
          <p>Whom you invite will be listed here until they have signed up.</p>
        </Empty>
      )}
      {invites.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table} aria-label="Invitations">
            <SortableHead columns={columns} sort={sort} onSort={onSort} withActs />
            <tbody>
              {invites.map((invite) => (
                <tr key={invite.inviteId}>
                  <td>
                    {invite.email === null ? 'Anybody who has it' : <bdi>{invite.email}</bdi>}
                    {invite.madeBy !== me.accountId && <span className={table.under}>Made by somebody else</span>}
                  </td>
                  <td className={table.short}>{roles[invite.role].label}</td>
                  <td className={table.wide}>
                    <Time>{invite.createdTime}</Time>
                  </td>
                  <td className={table.wide}>
                    <Time>{invite.expiresTime}</Time>
                  </td>
                  <td className={table.acts}>
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`Take back the invitation for ${invite.email ?? 'anybody'}`}
                      disabled={revoke.isPending}
                      onClick={() => setRevoking(invite)}
                    >
                      Take back…
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.hasNextPage && (
        <div className={styles.row}>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
      {making && <MakeInvite asAdmin={me.role === 'admin'} onClose={() => setMaking(false)} />}
      {revoking && (
        <AskFirst
          title="Take the invitation back"
          act="Take it back"
          onAct={() => revoke.mutate(revoking)}
          onClose={() => setRevoking(null)}
        >
          <p>
            {revoking.email !== null && (
              <>
                It is for <bdi>{revoking.email}</bdi>.{' '}
              </>
            )}
            Its link admits nobody from now on and cannot be brought back: whoever is still to come needs another one.
          </p>
        </AskFirst>
      )}
    </div>
  );
}
