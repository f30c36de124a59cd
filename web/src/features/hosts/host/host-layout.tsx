import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import IconArrowLeft from '@tabler/icons-react/icons/IconArrowLeft';
import { Time } from '../../../base/text/bits.tsx';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { type Tab, Tabs } from '../../../base/pages/tabs.tsx';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { visible } from '../../../base/text/visible.ts';
import { hostOptions, type HostReply } from '../api.ts';
import styles from './host-page.module.css';
import { HostStateMark } from '../marks.tsx';
import { nameOf } from '../words.ts';

const tabs: readonly Tab[] = [
  { label: 'Overview', to: '/security/hosts/$hostId' },
  { label: 'Findings', to: '/security/hosts/$hostId/findings' },
  { label: 'Facts', to: '/security/hosts/$hostId/facts' },
  { label: 'Firewall', to: '/security/hosts/$hostId/firewall' },
  { label: 'Scans', to: '/security/hosts/$hostId/scans' },
  { label: 'Settings', to: '/security/hosts/$hostId/settings' },
];

/** What stands above every part of the page of one host. All that a host says of itself is text, whatever is in it. */
export function HostLayout() {
  const { hostId } = useParams({ from: '/frame/security/hosts/$hostId' });
  const { data, error, refetch } = useQuery(hostOptions(hostId));
  usePageTitle(data ? nameOf(data) : 'Host');
  return (
    <>
      <div className={styles.above}>
        <Link to="/security/hosts" className={styles.back}>
          <IconArrowLeft size={16} aria-hidden /> All hosts
        </Link>
        {error && <ProblemNote error={error} tried="Show this host" onRetry={() => void refetch()} />}
        {data && <Head host={data} />}
      </div>
      {data && (
        <>
          <Tabs label="Host" tabs={tabs} />
          <Outlet />
        </>
      )}
    </>
  );
}

function Head({ host }: { readonly host: HostReply }) {
  const { hostname, osName, state, lastReportTime } = host;
  const name = nameOf(host);
  return (
    <header className={styles.head}>
      <h2 className={styles.title}>
        <bdi>{name}</bdi>
      </h2>
      <p className="soft">
        {hostname !== '' && visible(hostname) !== name && (
          <>
            calls itself <bdi>{visible(hostname)}</bdi> ·{' '}
          </>
        )}
        {osName !== '' && (
          <>
            <bdi>{visible(osName)}</bdi> ·{' '}
          </>
        )}
        <HostStateMark state={state} />
        {lastReportTime !== null && (
          <>
            {' · last report '}
            <Time within>{lastReportTime}</Time>
          </>
        )}
      </p>
    </header>
  );
}
