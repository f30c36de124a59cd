import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { counted } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { SaveCsv } from '../../../base/saving/save-csv.tsx';
import { SortableHead } from '../../../base/lists/sortable-head.tsx';
import { useSortedPages, useSorting } from '../../../base/lists/sorted-list.ts';
import type { Column } from '../../../base/lists/sorting.ts';
import { table } from '../../../base/lists/table.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { useMe } from '../api.ts';
import { sections as styles } from '../../../base/pages/sections.ts';
import { type Person, peopleOptions } from './api.ts';
import { roles } from '../roles.ts';
import { PersonRow } from './person-row.tsx';
import { StartAnew } from './start-anew.tsx';

const peopleOf = ({ people }: { readonly people: readonly Person[] }): readonly Person[] => people;
const columns: readonly Column<Person>[] = [
  { key: 'name', label: 'Name', value: ({ name }) => name },
  { key: 'handle', label: 'Handle', className: table.wide, value: ({ handle }) => handle },
  { key: 'role', label: 'Role', value: ({ role }) => roles[role].label },
  { key: 'since', label: 'Here since', className: table.wide, value: ({ createdTime }) => createdTime },
];
/** What stands under a name, or beside it, has a column of its own there. */
const saved: readonly Column<Person>[] = [
  ...columns,
  { key: 'email', label: 'E-mail', value: ({ email }) => email },
  { key: 'state', label: 'State', value: ({ state }) => state },
];

export function PeoplePage() {
  usePageTitle('People');
  const me = useMe();
  const [resetting, setResetting] = useState<Person | null>(null);
  const list = useInfiniteQuery(peopleOptions);
  const { sort, onSort } = useSorting();
  const { rows: people, fetchRows } = useSortedPages(list, peopleOf, columns, sort);
  const damaged = list.data?.pages.flatMap((page) => page.damaged) ?? [];

  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <p className="soft">Everybody with an account. Nobody here can open another person’s drive, admins included.</p>
        <div className={styles.row}>
          <SaveCsv fileName="people.csv" columns={saved} fetchRows={fetchRows} />
          <Button component={Link} to="/admin/invitations">
            Invite somebody
          </Button>
        </div>
      </div>
      {list.error && <ProblemNote error={list.error} tried="List the people" onRetry={() => void list.refetch()} />}
      {damaged.length > 0 && (
        <p role="alert">
          The records of {counted(damaged.length, 'account')} were changed by somebody other than the server, and are
          not believed: {damaged.join(', ')}. Run “holdfast audit verify”.
        </p>
      )}
      {list.data && (
        <div className={table.scroll}>
          <table className={table.table} aria-label="People">
            <SortableHead columns={columns} sort={sort} onSort={onSort} withActs />
            <tbody>
              {people.map((person) => (
                <PersonRow
                  key={person.accountId}
                  person={person}
                  isMe={person.accountId === me?.accountId}
                  onStartAnew={() => setResetting(person)}
                />
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
      {resetting && <StartAnew person={resetting} onClose={() => setResetting(null)} />}
    </div>
  );
}
