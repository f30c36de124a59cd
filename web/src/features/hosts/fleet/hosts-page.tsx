import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import IconFileImport from '@tabler/icons-react/icons/IconFileImport';
import { useState } from 'react';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { SaveCsv } from '../../../base/saving/save-csv.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { MOST_ROWS, useSortedPages, useSorting } from '../../../base/lists/sorted-list.ts';
import { useNarrow } from '../../../base/lists/use-narrow.ts';
import { formatCount } from '../../../base/text/format.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { Words } from '../../../base/pages/words.tsx';
import { AddHostDialog } from './add-host-dialog.tsx';
import { allHosts, hostsOptions, type HostsReply, type HostSummary, hostTotalsOptions } from '../api.ts';
import { Enrolments } from './enrolments.tsx';
import { hostsFilterFrom, hostsSearchFrom } from './filter.ts';
import { savedColumns, shownColumns } from './hosts-columns.ts';
import styles from '../hosts.module.css';
import { HostsTable } from './hosts-table.tsx';
import { ImportDialog } from '../import/import-dialog.tsx';
import { NoHosts } from './no-hosts.tsx';
import { StateChips } from './state-chips.tsx';

const hostsOf = ({ hosts }: HostsReply): readonly HostSummary[] => hosts;

/** Every computer that reports, worst first. Filters and order stand in the address. */
export function HostsPage() {
  usePageTitle('Hosts');
  const search = useSearch({ from: '/frame/security/hosts' });
  const filter = hostsFilterFrom({ ...search });
  const [open, setOpen] = useState<'add' | 'import' | null>(null);
  const totals = useQuery(hostTotalsOptions);
  const list = useInfiniteQuery(hostsOptions(filter));
  const sorting = useSorting();
  const { rows: hosts, isCut } = useSortedPages(list, hostsOf, shownColumns, sorting.sort);
  const all = totals.data?.hosts ?? 0;
  const isNarrowed = Object.keys(filter).length > 0;
  const narrow = useNarrow(hostsSearchFrom);
  const narrowNothing = (): void => narrow(({ state: _state, text: _text, ...sort }) => sort);

  return (
    <div className={`${sections.page} ${styles.page}`}>
      <div className={sections.head}>
        <p className="soft">
          The computers that are looked at, worst first. <Link to="/security/hosts/checks">What is checked</Link>
        </p>
        <div className={sections.row}>
          {hosts.length > 0 && (
            <SaveCsv fileName="hosts.csv" columns={savedColumns} fetchRows={() => allHosts(filter)} />
          )}
          <Button
            variant="default"
            leftSection={<IconFileImport size={16} aria-hidden />}
            onClick={() => setOpen('import')}
          >
            Import a scan
          </Button>
          <Button onClick={() => setOpen('add')}>Add a host</Button>
        </div>
      </div>
      {totals.data && all > 0 && <StateChips totals={totals.data} state={filter.state} onFilter={narrow} />}
      {all > 0 && (
        <search className={styles.filters} aria-label="Narrow the list">
          <Words
            label="Name"
            value={filter.text ?? ''}
            placeholder="Name, id or system"
            icon={<IconSearch size={16} aria-hidden />}
            onSettled={(text) => narrow((now) => ({ ...now, text }))}
          />
          {isNarrowed && (
            <Button variant="subtle" color="gray" onClick={narrowNothing}>
              Clear the filters
            </Button>
          )}
        </search>
      )}
      {list.error && <ProblemNote error={list.error} tried="List the hosts" onRetry={() => void list.refetch()} />}
      {hosts.length > 0 && <HostsTable hosts={hosts} {...sorting} />}
      {list.data && hosts.length === 0 && (
        <NoHosts
          isNarrowed={isNarrowed}
          onShowAll={narrowNothing}
          onAdd={() => setOpen('add')}
          onImport={() => setOpen('import')}
        />
      )}
      {isCut && <p className="soft">Only the first {formatCount(MOST_ROWS)} are sorted.</p>}
      {list.hasNextPage && sorting.sort.by === undefined && (
        <div className={sections.row}>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
      <Enrolments />
      {open === 'add' && <AddHostDialog onClose={() => setOpen(null)} />}
      {open === 'import' && <ImportDialog onClose={() => setOpen(null)} />}
    </div>
  );
}
