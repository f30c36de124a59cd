import { Button } from '@mantine/core';
import { useInfiniteQuery, useQueries, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { formatSize } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { SaveCsv } from '../../../base/saving/save-csv.tsx';
import { SortableHead } from '../../../base/lists/sortable-head.tsx';
import { useSortedPages, useSorting } from '../../../base/lists/sorted-list.ts';
import { type Column, sorted } from '../../../base/lists/sorting.ts';
import { sections as styles } from '../../../base/pages/sections.ts';
import { table } from '../../../base/lists/table.ts';
import { type Person, peopleOptions } from '../../accounts/admin/api.ts';
import { quotaOptions, type UsageView } from './api.ts';
import { ChangeQuota } from './change-quota.tsx';
import { SpaceBar } from './space-bar.tsx';
import own from './storage.module.css';

interface Space {
  readonly person: Person;
  /** Not there until the server has answered. */
  readonly usage: UsageView | undefined;
}

const peopleOf = ({ people }: { readonly people: readonly Person[] }): readonly Person[] => people;
const byName: readonly Column<Person>[] = [{ key: 'name', label: 'Name', value: ({ name }) => name }];
const columns: readonly Column<Space>[] = [
  { key: 'name', label: 'Name', value: ({ person }) => person.name },
  { key: 'used', label: 'Used', value: ({ usage }) => usage?.usedBytes ?? null },
  { key: 'quota', label: 'May use', value: ({ usage }) => usage?.quotaBytes ?? null },
];

/** How much space everybody uses and may use. */
export function PeopleSpace() {
  const list = useInfiniteQuery(peopleOptions);
  const [changing, setChanging] = useState<Person | null>(null);
  const { sort, onSort } = useSorting();
  const { rows: people, fetchRows } = useSortedPages(list, peopleOf, byName, sort);
  const usages = useQueries({ queries: people.map(({ accountId }) => quotaOptions(accountId)) });
  const rows = sorted(
    people.map((person, at): Space => ({ person, usage: usages[at]?.data })),
    columns,
    sort,
  );
  const queries = useQueryClient();
  const fetchSpaces = async (): Promise<readonly Space[]> => {
    const spaces: Space[] = [];
    for (const person of await fetchRows()) {
      spaces.push({ person, usage: await queries.query({ ...quotaOptions(person.accountId), staleTime: 60_000 }) });
    }
    return sorted(spaces, columns, sort);
  };
  return (
    <section className={styles.section} aria-labelledby="people-space">
      <h2 id="people-space">Space</h2>
      {list.error && <ProblemNote error={list.error} tried="List the people" onRetry={() => void list.refetch()} />}
      {people.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table} aria-labelledby="people-space">
            <SortableHead columns={columns} sort={sort} onSort={onSort} withActs />
            <tbody>
              {rows.map(({ person, usage }) => (
                <Row key={person.accountId} person={person} usage={usage} onChange={() => setChanging(person)} />
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
      {people.length > 0 && (
        <div className={styles.row}>
          <SaveCsv fileName="space.csv" columns={columns} fetchRows={fetchSpaces} />
        </div>
      )}
      {changing && <ChangeQuota person={changing} onClose={() => setChanging(null)} />}
    </section>
  );
}

interface RowProps extends Space {
  readonly onChange: () => void;
}

function Row({ person, usage, onChange }: RowProps) {
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
