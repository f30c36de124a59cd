import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { latePart } from '../../app/late-part.tsx';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { chooseNone, nothing, unchoose } from '../../base/lists/selection.ts';
import { sections } from '../../base/pages/sections.ts';
import { usePageTitle } from '../../base/pages/use-page-title.ts';
import { useNarrow } from '../../base/lists/use-narrow.ts';
import { useFurtherPages } from '../../base/lists/use-further-pages.ts';
import { findingsOptions, totalsOptions } from './api.ts';
import { BaselineDialog } from './baseline-dialog.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { ExportMenu } from './export-menu.tsx';
import { filterFrom } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import styles from './findings-page.module.css';
import { FindingsTable } from './findings-table.tsx';
import { NothingFound } from './nothing-found.tsx';
import { OpenBySeverity } from './open-by-severity.tsx';

const FindingDrawer = latePart('Show the finding', async () => (await import('./finding-drawer.tsx')).FindingDrawer);

/** What the guards found, worst first. Filters and the one that is looked at stand in the address. */
export function FindingsPage() {
  usePageTitle('Findings');
  const navigate = useNavigate();
  const { finding, ...search } = useSearch({ from: '/frame/security/findings' });
  const filter = filterFrom(search);
  const [approving, setApproving] = useState(false);
  const [selection, setSelection] = useState(nothing);
  const totals = useQuery(totalsOptions);
  const list = useInfiniteQuery(findingsOptions(filter));
  const findings = list.data?.pages.flatMap((page) => page.findings) ?? [];
  // What a filter took out of sight is not decided about unseen.
  const chosen = findings.filter(({ findingId }) => selection.chosen.has(findingId));
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;

  // A filter that fits few of many answers pages with nothing on them.
  const isLooking = hasNextPage && list.data?.pages.at(-1)?.findings.length === 0;
  useFurtherPages(list, isLooking);

  const narrow = useNarrow(filterFrom);
  const close = (): void => void navigate({ to: '/security/findings', search: filter });

  return (
    <div className={`${sections.page} ${styles.page}`}>
      <div className={sections.head}>
        <p className="soft">
          What the guards found in buckets, hosts and the network, worst first. What they could not look at stands here
          too: it is never taken for safe.
        </p>
        <div className={sections.row}>
          <ExportMenu filter={filter} />
          <Button onClick={() => setApproving(true)} disabled={(totals.data?.states.open ?? 0) === 0}>
            Approve the present state
          </Button>
        </div>
      </div>
      {totals.data && <OpenBySeverity totals={totals.data} filter={filter} onFilter={narrow} />}
      <FilterBar filter={filter} sources={totals.data?.sources ?? []} onFilter={narrow} />
      {list.error && <ProblemNote error={list.error} tried="List the findings" onRetry={() => void list.refetch()} />}
      {chosen.length > 0 && (
        <BulkBar
          findings={chosen}
          onClear={() => setSelection(chooseNone)}
          onDecided={(ids) => setSelection((now) => unchoose(now, ids))}
        />
      )}
      {findings.length > 0 && (
        <FindingsTable findings={findings} filter={filter} selection={selection} onSelect={setSelection} />
      )}
      {list.data && !hasNextPage && findings.length === 0 && (
        <NothingFound filter={filter} totals={totals.data} onFilter={narrow} />
      )}
      {(isLooking || list.isPending) && !list.error && (
        <p className="soft" role="status">
          Looking through the findings
        </p>
      )}
      {hasNextPage && !isLooking && (
        <div className={sections.row}>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
      {approving && <BaselineDialog filter={filter} onClose={() => setApproving(false)} />}
      {finding !== undefined && <FindingDrawer key={finding} findingId={finding} onClose={close} />}
    </div>
  );
}
