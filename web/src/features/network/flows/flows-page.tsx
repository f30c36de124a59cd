import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import IconFilterOff from '@tabler/icons-react/icons/IconFilterOff';
import IconRefresh from '@tabler/icons-react/icons/IconRefresh';
import { useCallback } from 'react';
import { Empty } from '../../../base/pages/empty.tsx';
import { formatCount } from '../../../base/text/format.ts';
import { useNarrow } from '../../../base/lists/use-narrow.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { SaveCsv } from '../../../base/saving/save-csv.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { everyNetwork, flowsOptions, overviewOptions } from '../api.ts';
import { isOwn, rangeFrom } from '../range.ts';
import { RangePicker } from '../range-picker.tsx';
import { flowsFilterFrom, isNarrowed } from './filter.ts';
import { FilterBar, isHalfTyped } from './filter-bar.tsx';
import { savedColumns } from './flow-columns.ts';
import styles from './flows.module.css';
import { FlowsTable } from './flows-table.tsx';

/** Who spoke with whom, newest first. Filters stand in the address. */
export function FlowsPage() {
  usePageTitle('Flows');
  const queries = useQueryClient();
  const filter = flowsFilterFrom(useSearch({ from: '/frame/security/network/flows' }));
  const range = rangeFrom({ ...filter });
  const isWaiting = isHalfTyped(filter);
  const list = useInfiniteQuery({ ...flowsOptions(filter), enabled: !isWaiting });
  const known = useQuery({ ...overviewOptions(range), refetchInterval: false });
  const flows = list.data?.pages.flatMap((page) => page.flows) ?? [];
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const fetchMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const narrow = useNarrow(flowsFilterFrom);
  const again = (): void => void queries.resetQueries({ queryKey: [...everyNetwork, 'flows'] });

  return (
    <div className={`${sections.page} ${styles.page}`}>
      <div className={sections.head}>
        <RangePicker range={range} onRange={({ last, from, to }) => narrow((now) => ({ ...now, last, from, to }))} />
        <div className={sections.row}>
          {flows.length > 0 && (
            // Five million flows are no spreadsheet: what was scrolled through is.
            <SaveCsv fileName="flows.csv" columns={savedColumns} fetchRows={() => Promise.resolve(flows)} />
          )}
          {!isOwn(range) && (
            <Button
              variant="default"
              leftSection={<IconRefresh size={16} aria-hidden />}
              loading={list.isFetching && !isFetchingNextPage}
              onClick={again}
            >
              Look again
            </Button>
          )}
        </div>
      </div>
      <FilterBar filter={filter} sensors={known.data?.sensors.map(({ sensor }) => sensor) ?? []} onFilter={narrow} />
      {list.error && <ProblemNote error={list.error} tried="List the flows" onRetry={() => void list.refetch()} />}
      {flows.length > 0 && (
        <>
          <p className="soft" role="status">
            {formatCount(flows.length)}{' '}
            {hasNextPage ? 'so far, newest first; more come as you scroll' : 'in all, newest first'}
          </p>
          <FlowsTable
            flows={flows}
            hasMore={hasNextPage && !list.isError}
            isFetchingMore={isFetchingNextPage}
            fetchMore={fetchMore}
          />
        </>
      )}
      {list.isPending && !isWaiting && !list.error && (
        <p className="soft" role="status">
          Looking through the flows
        </p>
      )}
      {list.data && flows.length === 0 && !isWaiting && (
        <NoFlows
          isNarrowed={isNarrowed(filter)}
          hasMore={hasNextPage}
          isFetching={isFetchingNextPage}
          onMore={fetchMore}
          onShowAll={() => narrow((now) => rangeFrom({ ...now }))}
        />
      )}
    </div>
  );
}

interface NoFlowsProps {
  readonly isNarrowed: boolean;
  /** Looking took long, and was broken off without finding any. */
  readonly hasMore: boolean;
  readonly isFetching: boolean;
  readonly onMore: () => void;
  readonly onShowAll: () => void;
}

function NoFlows({ isNarrowed: narrow, hasMore, isFetching, onMore, onShowAll }: NoFlowsProps) {
  return (
    <Empty
      icon={<IconFilterOff size={40} stroke={1.3} />}
      title={hasMore ? 'None so far' : narrow ? 'No flow fits' : 'No flow of this time is stored'}
    >
      <p>
        {hasMore
          ? 'There are more flows than could be looked through at once, and none of those fits.'
          : narrow
            ? 'Nothing of this time fits what the list is narrowed to.'
            : 'Nobody watched then, nothing crossed the wire, or it was kept no longer.'}
      </p>
      <div className={sections.row}>
        {hasMore && (
          <Button loading={isFetching} onClick={onMore}>
            Look further back
          </Button>
        )}
        {narrow && (
          <Button variant="default" onClick={onShowAll}>
            Show all flows of this time
          </Button>
        )}
      </div>
    </Empty>
  );
}
