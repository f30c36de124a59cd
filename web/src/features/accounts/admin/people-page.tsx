import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { counted } from '../../../base/format.ts';
import { ProblemNote } from '../../../base/problem-note.tsx';
import { table } from '../../../base/table.ts';
import { usePageTitle } from '../../../base/use-page-title.ts';
import { useMe } from '../api.ts';
import { sections as styles } from '../../../base/sections.ts';
import { type Person, peopleOptions } from './api.ts';
import { PersonRow } from './person-row.tsx';
import { StartAnew } from './start-anew.tsx';

export function PeoplePage() {
  usePageTitle('People');
  const me = useMe();
  const [resetting, setResetting] = useState<Person | null>(null);
  const list = useInfiniteQuery(peopleOptions);
  const people = list.data?.pages.flatMap((page) => page.people) ?? [];
  const damaged = list.data?.pages.flatMap((page) => page.damaged) ?? [];

  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <p className="soft">Everybody with an account. Nobody here can open another person’s drive, admins included.</p>
        <Button component={Link} to="/admin/invitations">
          Invite somebody
        </Button>
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
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col" className={table.wide}>
                  Handle
                </th>
                <th scope="col">Role</th>
                <th scope="col" className={table.wide}>
                  Here since
                </th>
                <th scope="col" className={table.acts}>
                  <span className="hidden-text">What to do</span>
                </th>
              </tr>
            </thead>
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
