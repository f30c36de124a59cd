import { Button } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Time } from '../../base/text/bits.tsx';
import { formatCount } from '../../base/text/format.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { SaveCsv } from '../../base/saving/save-csv.tsx';
import { SortableHead } from '../../base/lists/sortable-head.tsx';
import { MOST_ROWS, useSortedPages, useSorting } from '../../base/lists/sorted-list.ts';
import type { Column } from '../../base/lists/sorting.ts';
import { sections as styles } from '../../base/pages/sections.ts';
import { table } from '../../base/lists/table.ts';
import { actWords } from './act-words.ts';
import type { EventView } from './api.ts';
import { eventDetails } from './event-words.ts';

type Events = { readonly events: readonly EventView[]; readonly next?: string };

export interface EventListProps {
  readonly list: UseInfiniteQueryResult<InfiniteData<Events>>;
  readonly label: string;
  /** Of an account, where known; the same function as long as its answers are. */
  readonly nameOf: (accountId: string) => string | null;
  /** Offers to save the list under this name; where the server has an export of its own, that is the better one. */
  readonly fileName?: string;
}

/** Newest first. */
export function EventList({ list, label, nameOf, fileName }: EventListProps) {
  const columns = useMemo(() => columnsFor(nameOf), [nameOf]);
  const { sort, onSort } = useSorting();
  const { rows: events, isCut, fetchRows } = useSortedPages(list, eventsOf, columns, sort);
  return (
    <>
      {fileName !== undefined && events.length > 0 && (
        <div className={styles.row}>
          <SaveCsv fileName={fileName} columns={columns} fetchRows={fetchRows} />
        </div>
      )}
      {isCut && <p className="soft">Sorted among the newest {formatCount(MOST_ROWS)}; older ones are in the export.</p>}
      {list.error && <ProblemNote error={list.error} tried="List what happened" onRetry={() => void list.refetch()} />}
      {list.data && events.length === 0 && <p className="soft">Nothing here.</p>}
      {events.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table} aria-label={label}>
            <SortableHead columns={columns} sort={sort} onSort={onSort} />
            <tbody>
              {events.map((event) => (
                <tr key={event.eventId}>
                  <td>
                    <Time>{event.time}</Time>
                  </td>
                  <td>
                    <bdi>{whoDid(event)}</bdi>
                  </td>
                  <td>
                    {actWords(event.act)}
                    <bdi className={table.under}>{eventDetails(event, nameOf)}</bdi>
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
    </>
  );
}

/** Nobody was signed in, or the server did it by itself. */
function whoDid({ act, actor }: EventView): string {
  if (actor) return actor.name ?? 'Somebody who has left';
  return act.endsWith('.refused') ? 'Somebody' : 'The server';
}

const eventsOf = ({ events }: Events): readonly EventView[] => events;

function columnsFor(nameOf: EventListProps['nameOf']): readonly Column<EventView>[] {
  return [
    { key: 'when', label: 'When', value: ({ time }) => time },
    { key: 'who', label: 'Who', value: whoDid },
    {
      key: 'what',
      label: 'What',
      value: (event) => [actWords(event.act), eventDetails(event, nameOf)].filter((words) => words !== '').join(', '),
    },
  ];
}
