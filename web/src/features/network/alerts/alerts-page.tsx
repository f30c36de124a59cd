import { Button, UnstyledButton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import IconBellOff from '@tabler/icons-react/icons/IconBellOff';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import { Empty } from '../../../base/pages/empty.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { Words } from '../../../base/pages/words.tsx';
import { useNarrow } from '../../../base/lists/use-narrow.ts';
import { useFurtherPages } from '../../../base/lists/use-further-pages.ts';
import { SeveritySign } from '../../findings/marks.tsx';
import { severities, severityWords } from '../../findings/words.ts';
import { alertsOptions } from '../api.ts';
import { isAddress } from '../flows/filter.ts';
import shared from '../network.module.css';
import { rangeFrom } from '../range.ts';
import { RangePicker } from '../range-picker.tsx';
import { AlertItem } from './alert-item.tsx';
import styles from './alerts.module.css';
import { alertsFilterFrom, type AlertsFilter } from './filter.ts';

/** So many are fetched by themselves. */
const ENOUGH = 50;

/** What is odd about what crossed the wire, worst first. Filters stand in the address. */
export function AlertsPage() {
  usePageTitle('Alerts of the network');
  const filter = alertsFilterFrom(useSearch({ from: '/frame/security/network/alerts' }));
  const isHalfTyped = filter.address !== undefined && !isAddress(filter.address);
  const list = useInfiniteQuery({ ...alertsOptions(filter), enabled: !isHalfTyped });
  const alerts = list.data?.pages.flatMap((page) => page.alerts) ?? [];
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  // Each severity begins a page of its own, most with little or nothing on it.
  const isLooking = hasNextPage && alerts.length < ENOUGH;
  useFurtherPages(list, isLooking);
  const narrow = useNarrow(alertsFilterFrom);
  const range = rangeFrom({ ...filter });

  return (
    <div className={`${sections.page} ${styles.page}`}>
      <RangePicker range={range} onRange={({ last, from, to }) => narrow((now) => ({ ...now, last, from, to }))} />
      <search className={styles.narrow} aria-label="Narrow the list">
        <div className={shared.chips} role="group" aria-label="Show only">
          {severities.map((severity) => (
            <UnstyledButton
              key={severity}
              className={shared.chip}
              aria-pressed={filter.severity === severity}
              onClick={() => narrow((now) => ({ ...now, severity: now.severity === severity ? undefined : severity }))}
            >
              <SeveritySign severity={severity} />
              {severityWords[severity]}
            </UnstyledButton>
          ))}
        </div>
        <div className={styles.filters}>
          <Words
            label="Address"
            value={filter.address ?? ''}
            placeholder="192.0.2.1"
            onSettled={(address) => narrow((now) => ({ ...now, address }))}
          />
          <Words
            label="Words"
            value={filter.text ?? ''}
            placeholder="In what it says"
            icon={<IconSearch size={16} aria-hidden />}
            onSettled={(text) => narrow((now) => ({ ...now, text }))}
          />
          {isNarrowed(filter) && (
            <Button variant="subtle" color="gray" onClick={() => narrow((now) => rangeFrom({ ...now }))}>
              Clear the filters
            </Button>
          )}
        </div>
      </search>
      {isHalfTyped && <p role="status">Type a whole address, such as 192.0.2.1 or 2001:db8::1.</p>}
      {list.error && <ProblemNote error={list.error} tried="List the alerts" onRetry={() => void list.refetch()} />}
      {alerts.length > 0 && (
        <>
          <p className="soft">
            To live with one, accept it among the{' '}
            <Link to="/security/findings" search={{ source: 'network' }}>
              findings
            </Link>
            , with a reason and until a day.
          </p>
          <ul className={styles.alerts} aria-label="Alerts">
            {alerts.map((alert) => (
              <AlertItem key={alert.key} alert={alert} isOpen={alerts.length === 1 && !hasNextPage} />
            ))}
          </ul>
        </>
      )}
      {list.data && !hasNextPage && alerts.length === 0 && <NoAlerts isNarrowed={isNarrowed(filter)} />}
      {hasNextPage && !isLooking && (
        <div className={sections.row}>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </div>
  );
}

function isNarrowed({ severity, address, text }: AlertsFilter): boolean {
  return severity !== undefined || address !== undefined || text !== undefined;
}

function NoAlerts({ isNarrowed: narrow }: { readonly isNarrowed: boolean }) {
  return (
    <Empty icon={<IconBellOff size={40} stroke={1.3} />} title={narrow ? 'No alert fits' : 'No alert in this time'}>
      <p>
        {narrow
          ? 'Nothing of this time fits what the list is narrowed to.'
          : 'What was watched shows nothing that a detection knows. What nobody watched is not in this.'}
      </p>
    </Empty>
  );
}
