import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Time } from '../../../base/text/bits.tsx';
import { counted, formatCount, formatDuration } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { visible } from '../../../base/text/visible.ts';
import { SeverityMark } from '../../findings/marks.tsx';
import { hostOptions, type HostReply, scanComparisonOptions, scansOptions } from '../api.ts';
import { ChangedChecks } from '../scans/changed-checks.tsx';
import { HardeningBar } from '../hardening-bar.tsx';
import styles from './host-page.module.css';
import { OpenCounts } from '../marks.tsx';
import { Part } from '../part.tsx';
import { SystemFacts } from '../facts/system-facts.tsx';
import { NOT_RUN_ON_WINDOWS } from '../words.ts';

/** How one host is: its index and what moved it, what is worst, and what nobody could look at. */
export function HostOverviewPage() {
  const { hostId } = useParams({ from: '/frame/security/hosts/$hostId' });
  const { data: host } = useQuery(hostOptions(hostId));
  if (!host) return null;
  if (host.system === null) {
    return (
      <div className={`${sections.page} ${styles.page}`}>
        <p>It has not reported yet. Until it does, nobody knows how safe it is.</p>
      </div>
    );
  }
  return (
    <div className={`${sections.page} ${styles.page}`}>
      {host.platform === 'windows' && (
        <p className={styles.warning}>
          {NOT_RUN_ON_WINDOWS}: its checks were written from documentation and tried on answers that we wrote by hand.
        </p>
      )}
      {host.clockIsWrong && <WrongClock offsetMs={host.clockOffsetMs ?? 0} />}
      <Part title="Hardening index">
        <HardeningBar {...host} isLarge />
        <p className="soft">
          Of the points that its checks can earn, how many they earned.
          {host.coverage !== null && host.coverage < 100 && ` ${100 - host.coverage} could not be looked at.`} What
          somebody accepted still counts as wrong.
        </p>
        <LastChange hostId={hostId} />
      </Part>
      <Part title="Worst findings">
        <p>
          Open:&ensp;
          <OpenCounts {...host} />
        </p>
        <ul className={styles.lines} aria-label="Worst findings">
          {host.worst.map(({ findingId, title, severity }) => (
            <li key={findingId} className={styles.marked}>
              <SeverityMark severity={severity} />
              <Link to="/security/hosts/$hostId/findings" params={{ hostId }} search={{ finding: findingId }}>
                <bdi>{visible(title)}</bdi>
              </Link>
            </li>
          ))}
        </ul>
        <Link to="/security/hosts/$hostId/findings" params={{ hostId }}>
          All findings of this host
        </Link>
      </Part>
      <NotLookedAt checks={host.checks} />
      <Part title="System">
        <SystemFacts system={{ ...host.system, hostname: host.hostname, osName: host.osName, hostId }} />
      </Part>
    </div>
  );
}

function WrongClock({ offsetMs }: { readonly offsetMs: number }) {
  return (
    <p className={styles.warning}>
      Its clock is {formatDuration(Math.abs(offsetMs))} {offsetMs > 0 ? 'behind' : 'ahead'}. Times are shown corrected;
      its own logs are not.
    </p>
  );
}

/** The two newest scans that differ, held against each other. */
function LastChange({ hostId }: { readonly hostId: string }) {
  const scans = useInfiniteQuery(scansOptions(hostId));
  const [now, before] = scans.data?.pages.flatMap((page) => page.scans) ?? [];
  const { data, error } = useQuery({
    ...scanComparisonOptions(hostId, before?.scanId ?? '', now?.scanId ?? ''),
    enabled: now !== undefined && before !== undefined,
  });
  if (error) return <ProblemNote error={error} tried="See what changed" />;
  if (!now || !before || !data) return null;
  return (
    <>
      <h4>
        What changed <Time within>{now.startedTime}</Time>
      </h4>
      <ChangedChecks checks={data.checks} hostId={hostId} />
    </>
  );
}

function NotLookedAt({ checks }: Pick<HostReply, 'checks'>) {
  const blind = checks.filter(({ outcome }) => outcome === 'not_looked_at');
  if (blind.length === 0) return null;
  const reasons = Map.groupBy(blind, ({ why }) => why ?? 'No reason was given');
  return (
    <Part title="What was not looked at, and why">
      <p>
        {counted(blind.length, 'check')} of {formatCount(checks.length)} could not look. That is never the same as safe.
      </p>
      <ul className={styles.lines} aria-label="Not looked at">
        {[...reasons].map(([why, those]) => (
          <li key={why}>
            <bdi>{visible(why)}</bdi>:{' '}
            {those.map(({ id, title, isShipped }, at) => (
              <span key={id} title={title}>
                {at > 0 && ', '}
                <CheckLink checkId={id} isShipped={isShipped} />
              </span>
            ))}
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** A check of another release has no page here. */
function CheckLink({ checkId, isShipped }: { readonly checkId: string; readonly isShipped: boolean }) {
  if (!isShipped) return <code>{checkId}</code>;
  return (
    <Link to="/security/hosts/checks/$checkId" params={{ checkId }}>
      <code>{checkId}</code>
    </Link>
  );
}
