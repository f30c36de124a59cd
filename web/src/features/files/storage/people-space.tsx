import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatSize } from '../../../base/format.ts';
import { ProblemNote } from '../../../base/problem-note.tsx';
import { sections as styles } from '../../../base/sections.ts';
import { table } from '../../../base/table.ts';
import { type Person, peopleOptions } from '../../accounts/admin/api.ts';
import { quotaOptions } from './api.ts';
import { ChangeQuota } from './change-quota.tsx';
import { SpaceBar } from './space-bar.tsx';
import own from './storage.module.css';

/** How much space everybody uses and may use. */
export function PeopleSpace() {
  const list = useInfiniteQuery(peopleOptions);
  const [changing, setChanging] = useState<Person | null>(null);
  const people = list.data?.pages.flatMap((page) => page.people) ?? [];
  return (
    <section className={styles.section} aria-labelledby="people-space">
      <h2 id="people-space">Space</h2>
      {list.error && <ProblemNote error={list.error} tried="List the people" onRetry={() => void list.refetch()} />}
      {people.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table} aria-labelledby="people-space">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Used</th>
                <th scope="col">May use</th>
                <th scope="col" className={table.acts}>
                  <span className="hidden-text">What to do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {people.map((person) => (
                <Row key={person.accountId} person={person} onChange={() => setChanging(person)} />
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
      {changing && <ChangeQuota person={changing} onClose={() => setChanging(null)} />}
    </section>
  );
}

function Row({ person, onChange }: { readonly person: Person; readonly onChange: () => void }) {
  const usage = useQuery(quotaOptions(person.accountId)).data;
  return (
    <tr>
      <td>
        <bdi>{person.name}</bdi>
      </td>
      <td className={own.space}>
        {usage && formatSize(usage.usedBytes)}
        {usage && usage.quotaBytes !== null && <SpaceBar usedBytes={usage.usedBytes} quotaBytes={usage.quotaBytes} />}
      </td>
      <td>
        {usage && (usage.quotaBytes === null ? 'As much as there is' : formatSize(usage.quotaBytes))}
        {usage?.isDefault && <span className={table.under}>As everybody</span>}
      </td>
      <td className={table.acts}>
        <Button
          size="xs"
          variant="default"
          aria-label={`Change how much ${person.name} may use`}
          disabled={!usage}
          onClick={onChange}
        >
          Change
        </Button>
      </td>
    </tr>
  );
}
