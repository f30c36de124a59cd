import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import { latePart } from '../../../app/late-part.tsx';
import { CountChips } from '../../../base/lists/count-chips.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { useNarrow } from '../../../base/lists/use-narrow.ts';
import { sections } from '../../../base/pages/sections.ts';
import { Words } from '../../../base/pages/words.tsx';
import { useFurtherPages } from '../../../base/lists/use-further-pages.ts';
import { findingsOptions } from '../../findings/api.ts';
import { ExportMenu } from '../../findings/export-menu.tsx';
import { severitiesOf, withSeverity } from '../../findings/filter.ts';
import { SeveritySign } from '../../findings/marks.tsx';
import { severities, severityWords, states, stateWords } from '../../findings/words.ts';
import { hostOptions } from '../api.ts';
import { hostFindingsFilterFrom, ofHost } from './findings-search.ts';
import { HostFindingsTable } from './host-findings-table.tsx';
import styles from '../hosts.module.css';

const FindingDrawer = latePart(
  'Show the finding',
  async () => (await import('../../findings/finding-drawer.tsx')).FindingDrawer,
);
const FRESH_MS = 15_000;

/** What is or was wrong on one host, worst first. */
export function HostFindingsPage() {
  const { hostId } = useParams({ from: '/frame/security/hosts/$hostId' });
  const search = useSearch({ from: '/frame/security/hosts/$hostId/findings' });
  const navigate = useNavigate();
  const { data: host } = useQuery(hostOptions(hostId));
  const { finding, ...narrowed } = search;
  const filter = ofHost(hostId, narrowed);
  const list = useInfiniteQuery({ ...findingsOptions(filter), refetchInterval: FRESH_MS });
  const findings = list.data?.pages.flatMap((page) => page.findings) ?? [];
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  // A filter that fits few of many answers pages with nothing on them.
  const isLooking = hasNextPage && list.data?.pages.at(-1)?.findings.length === 0;
  useFurtherPages(list, isLooking);

  const narrow = useNarrow(hostFindingsFilterFrom);
  const close = (): void => void navigate({ to: '.', search: hostFindingsFilterFrom });
  const chosen = severitiesOf(search.severity);

  const chips = severities.map((severity) => ({
    key: severity,
    sign: <SeveritySign severity={severity} />,
    label: severityWords[severity],
    count: host?.open[severity],
    counted: 'open',
    on: chosen.includes(severity),
    onToggle: (on: boolean) => narrow((now) => ({ ...now, severity: withSeverity(now.severity, severity, on) })),
  }));

  return (
    <div className={`${sections.page} ${styles.page}`}>
      <CountChips chips={chips} />
      <search className={styles.filters} aria-label="Narrow the list">
        <Words
          label="Words"
          value={search.text ?? ''}
          placeholder="In title or check"
          icon={<IconSearch size={16} aria-hidden />}
          onSettled={(text) => narrow((now) => ({ ...now, text }))}
        />
        <NativeSelect
          label="Status"
          data={[
            ...states.map((state) => ({ value: state as string, label: stateWords[state].label })),
            { value: 'all', label: 'Whatever its state' },
          ]}
          value={search.state ?? 'open'}
          onChange={(event) => narrow((now) => ({ ...now, state: event.currentTarget.value }))}
        />
        <ExportMenu filter={filter} />
        {Object.keys(narrowed).length > 0 && (
          <Button variant="subtle" color="gray" onClick={() => narrow(() => ({}))}>
            Clear the filters
          </Button>
        )}
      </search>
      {list.error && <ProblemNote error={list.error} tried="List the findings" onRetry={() => void list.refetch()} />}
      {findings.length > 0 && <HostFindingsTable findings={findings} hostId={hostId} narrowed={narrowed} />}
      {list.data && !hasNextPage && findings.length === 0 && (
        <p>
          {Object.keys(narrowed).length > 0
            ? 'Nothing fits what the list is narrowed to.'
            : 'Nothing is open. What no check looks at is not in this.'}
        </p>
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
      {finding !== undefined && <FindingDrawer key={finding} findingId={finding} onClose={close} />}
    </div>
  );
}
