import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import { useEffect, useRef, useState } from 'react';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { SaveCsv } from '../../base/saving/save-csv.tsx';
import { sections } from '../../base/pages/sections.ts';
import type { Column } from '../../base/lists/sorting.ts';
import { useNarrow } from '../../base/lists/use-narrow.ts';
import { usePageTitle } from '../../base/pages/use-page-title.ts';
import { Words } from '../../base/pages/words.tsx';
import { everyFinding } from '../findings/api.ts';
import { severities, severityWords } from '../findings/words.ts';
import { allBuckets, bucketsOptions, type BucketView, everyBucket, placesOptions } from './api.ts';
import styles from './buckets.module.css';
import { BucketsTable } from './buckets-table.tsx';
import { ExposureLadder } from './exposure-ladder.tsx';
import { bucketsFilterFrom, type BucketsFilter } from './filter.ts';
import { LookDialog } from './look-dialog.tsx';
import { NoBuckets } from './no-buckets.tsx';
import { PlacesState } from './places-state.tsx';
import { placeName, verdictWords } from './words.ts';

const columns: readonly Column<BucketView>[] = [
  { key: 'verdict', label: 'Who gets in', value: ({ verdict }) => verdictWords[verdict].label },
  { key: 'bucket', label: 'Bucket', value: ({ bucket }) => bucket },
  { key: 'uid', label: 'Named', value: ({ uid }) => uid },
  { key: 'region', label: 'Region', value: ({ region }) => region },
  { key: 'why', label: 'Why', value: ({ why }) => why },
  ...severities.map((severity) => ({
    key: severity,
    label: severityWords[severity],
    value: ({ severities: by }: BucketView) => by[severity],
  })),
  { key: 'seen', label: 'Looked at', value: ({ lastSeenTime }) => lastSeenTime },
];

/** Whose buckets are open to whom, worst first. Filters stand in the address. */
export function BucketsPage() {
  usePageTitle('Buckets');
  const filter = bucketsFilterFrom(useSearch({ from: '/frame/security/buckets' }));
  const [looking, setLooking] = useState(false);
  const known = useQuery(placesOptions);
  const list = useInfiniteQuery(bucketsOptions(filter));
  useFreshAfterLook(known.data ? (known.data.running?.auditId ?? null) : undefined);
  const places = known.data?.places ?? [];
  const buckets = list.data?.pages.flatMap((page) => page.buckets) ?? [];
  const [first] = list.data?.pages ?? [];
  const all = Object.values(first?.counts ?? {}).reduce((sum, count) => sum + count, 0);
  const narrow = useNarrow(bucketsFilterFrom);
  const set = (name: keyof BucketsFilter, value: string): void => narrow((now) => ({ ...now, [name]: value }));

  return (
    <div className={`${sections.page} ${styles.page}`}>
      <div className={sections.head}>
        <p className="soft">
          Who gets into your buckets and why, worst first. What could not be read is never taken for private.
        </p>
        <div className={sections.row}>
          {buckets.length > 0 && (
            <SaveCsv fileName="buckets.csv" columns={columns} fetchRows={() => allBuckets(filter)} />
          )}
          <Button onClick={() => setLooking(true)} disabled={places.length === 0 || known.data?.running != null}>
            Look now…
          </Button>
        </div>
      </div>
      {known.error && (
        <ProblemNote error={known.error} tried="See what is looked at" onRetry={() => void known.refetch()} />
      )}
      {places.length > 0 && known.data && <PlacesState {...known.data} />}
      {first && all > 0 && <ExposureLadder counts={first.counts} filter={filter} onFilter={narrow} />}
      {all > 0 && (
        <search className={styles.filters} aria-label="Narrow the list">
          <Words
            label="Name"
            value={filter.text ?? ''}
            placeholder="A part of it"
            icon={<IconSearch size={16} aria-hidden />}
            onSettled={(value) => set('text', value)}
          />
          <NativeSelect
            label="Wrong at least"
            data={[
              { value: '', label: 'Anything or nothing' },
              ...severities.slice(0, 4).map((severity, at) => ({
                value: severities.slice(0, at + 1).join(','),
                label: at === 0 ? 'Critical' : `${severityWords[severity]} or worse`,
              })),
            ]}
            value={filter.severity ?? ''}
            onChange={(event) => set('severity', event.currentTarget.value)}
          />
          {places.length > 1 && (
            <NativeSelect
              label="Where"
              data={[
                { value: '', label: 'Everywhere' },
                ...places.map((place) => ({ value: place.placeId, label: placeName(place) })),
              ]}
              value={filter.place ?? ''}
              onChange={(event) => set('place', event.currentTarget.value)}
            />
          )}
          {Object.keys(filter).length > 0 && (
            <Button variant="subtle" color="gray" onClick={() => narrow(() => ({}))}>
              Clear the filters
            </Button>
          )}
        </search>
      )}
      {list.error && <ProblemNote error={list.error} tried="List the buckets" onRetry={() => void list.refetch()} />}
      {buckets.length > 0 && <BucketsTable buckets={buckets} places={places} />}
      {list.data && known.data && buckets.length === 0 && (
        <NoBuckets
          known={known.data}
          isNarrowed={all > 0 || Object.keys(filter).length > 0}
          onShowAll={() => narrow(() => ({}))}
        />
      )}
      {list.hasNextPage && (
        <div className={sections.row}>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
      {looking && <LookDialog places={places} onClose={() => setLooking(false)} />}
    </div>
  );
}

/** When a look is over, the list and the findings are others. `undefined`: not known yet. */
function useFreshAfterLook(auditId: string | null | undefined): void {
  const queries = useQueryClient();
  const before = useRef(auditId);
  useEffect(() => {
    if (typeof before.current === 'string' && auditId !== before.current) {
      void queries.invalidateQueries({ queryKey: [...everyBucket, 'list'] });
      void queries.invalidateQueries({ queryKey: [...everyBucket, 'one'] });
      void queries.invalidateQueries({ queryKey: everyFinding });
    }
    before.current = auditId;
  }, [auditId, queries]);
}
