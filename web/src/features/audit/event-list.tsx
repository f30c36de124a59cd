import { Button } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Time } from '../../base/bits.tsx';
import { ProblemNote } from '../../base/problem-note.tsx';
import { sections as styles } from '../../base/sections.ts';
import { table } from '../../base/table.ts';
import { actWords } from './act-words.ts';
import type { EventView } from './api.ts';
import { eventDetails } from './event-words.ts';

type Events = { readonly events: readonly EventView[]; readonly next?: string };

export interface EventListProps {
  readonly list: UseInfiniteQueryResult<InfiniteData<Events>>;
  readonly label: string;
  readonly nameOf: (accountId: string) => string | null;
}

/** Newest first. */
export function EventList({ list, label, nameOf }: EventListProps) {
  const events = list.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <>
      {list.error && <ProblemNote error={list.error} tried="List what happened" onRetry={() => void list.refetch()} />}
      {list.data && events.length === 0 && <p className="soft">Nothing here.</p>}
      {events.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table} aria-label={label}>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">What</th>
              </tr>
            </thead>
            <tbody>
              {events.map((event) => (
                <tr key={event.eventId}>
                  <td>
                    <Time>{event.time}</Time>
                  </td>
                  <td>
                    <Who event={event} /> {actWords(event.act)}
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
function Who({ event: { act, actor } }: { readonly event: EventView }) {
  if (actor) return <bdi>{actor.name ?? 'Somebody who has left'}</bdi>;
  return <>{act.endsWith('.refused') ? 'Somebody' : 'The server'}</>;
}
