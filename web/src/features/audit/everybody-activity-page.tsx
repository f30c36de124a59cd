import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { sections as styles } from '../../base/pages/sections.ts';
import { usePageTitle } from '../../base/pages/use-page-title.ts';
import { peopleOptions } from '../accounts/admin/api.ts';
import { nouns } from './act-words.ts';
import { allActivityOptions, exportUrl } from './api.ts';
import { EventList } from './event-list.tsx';
import { VerifyTrail } from './verify-trail.tsx';

/** The audit trail, for admins: ids and acts, never the names of files. */
export function EverybodyActivityPage() {
  usePageTitle('Activity');
  const { about = '' } = useSearch({ from: '/frame/activity/everybody' });
  const navigate = useNavigate();
  const list = useInfiniteQuery(allActivityOptions(about));
  const people = useInfiniteQuery(peopleOptions).data?.pages;
  const nameOf = useCallback(
    (accountId: string): string | null =>
      people?.flatMap((page) => page.people).find((person) => person.accountId === accountId)?.name ?? null,
    [people],
  );
  const choose = (noun: string): void =>
    void navigate({
      to: '/activity/everybody',
      search: ({ about: _, ...sort }) => ({ ...sort, ...(noun === '' ? {} : { about: noun }) }),
      replace: true,
    });

  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <p className="soft">
          The audit trail: who did what, signed and chained. Names of files never stand in it, and looking at it is
          written down too.
        </p>
        <div className={styles.row}>
          <Button component="a" href={exportUrl('csv', about)} download="audit.csv" variant="default">
            Export as CSV
          </Button>
          <Button component="a" href={exportUrl('jsonl', about)} download="audit.jsonl" variant="default">
            Export as JSON
          </Button>
        </div>
      </div>
      <VerifyTrail />
      <NativeSelect
        label="Show"
        w={240}
        data={nouns.map(([value, label]) => ({ value, label }))}
        value={about}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <EventList list={list} label="What everybody did" nameOf={nameOf} />
    </div>
  );
}
