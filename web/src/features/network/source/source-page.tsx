import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import IconArrowLeft from '@tabler/icons-react/icons/IconArrowLeft';
import type { ReactNode } from 'react';
import { CommandLine } from '../../../base/saving/command-line.tsx';
import { counted, formatCount, formatSize } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { usePageTitle } from '../../../base/pages/use-page-title.ts';
import { visible } from '../../../base/text/visible.ts';
import { severities } from '../../findings/words.ts';
import { AlertItem } from '../alerts/alert-item.tsx';
import alertStyles from '../alerts/alerts.module.css';
import { sourceOptions, type SourceReply } from '../api.ts';
import { Moment } from '../bits.tsx';
import { FlowLinks } from '../flow-links.tsx';
import { TalkersTable } from '../live/talkers-table.tsx';
import { rangeFrom, type RangeSearch } from '../range.ts';
import { RangePicker } from '../range-picker.tsx';
import { LoginsTable } from './logins-table.tsx';
import styles from './source-page.module.css';
import { blockCommand, isGrave, stepWords } from './story-words.ts';

/** All that one address did, and what was done to it, as one story. */
export function SourcePage() {
  const { address } = useParams({ from: '/frame/security/network/sources/$address' });
  const range = rangeFrom(useSearch({ from: '/frame/security/network/sources/$address' }));
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(sourceOptions(address, range));
  usePageTitle(visible(address));
  return (
    <div className={`${sections.page} ${styles.page}`}>
      <Link to="/security/network" search={range} className={styles.back}>
        <IconArrowLeft size={16} aria-hidden /> The network
      </Link>
      <header className={styles.head}>
        <h2 className={styles.title} dir="ltr">
          {visible(address)} {data?.isReturning && <span className={styles.returning}>Returning</span>}
        </h2>
        {data && <Seen source={data} />}
      </header>
      <RangePicker
        range={range}
        onRange={(search) => void navigate({ to: '/security/network/sources/$address', params: { address }, search })}
      />
      {error && <ProblemNote error={error} tried="Show what this address did" onRetry={() => void refetch()} />}
      {data && <Source source={data} range={range} />}
    </div>
  );
}

function Seen({ source: { firstSeen, lastSeen, isReturning } }: { readonly source: SourceReply }) {
  if (firstSeen === null || lastSeen === null) {
    return <p className="soft">Nothing of it is stored. It may have been here before that.</p>;
  }
  return (
    <p className="soft">
      First seen <Moment>{firstSeen}</Moment>, last <Moment>{lastSeen}</Moment>.
      {isReturning && ' It was here before this time, and then not for a day or more.'}
    </p>
  );
}

function Source({ source, range }: { readonly source: SourceReply; readonly range: RangeSearch }) {
  const { address, flows, begun, failed, bytesSent, bytesReceived, peers, ports, logins, notices, story } = source;
  const command = blockCommand(address, story);
  return (
    <>
      <p>
        <Link to="/security/network/flows" search={{ ...range, address }}>
          {counted(flows, 'flow')}
        </Link>{' '}
        in this time; it began {formatCount(begun)}, of which {formatCount(failed)} had no answer or a refusal. It sent{' '}
        {formatSize(bytesSent)} and received {formatSize(bytesReceived)}.
        {!source.isWhole && ' There was more than could be looked at: these are figures of the newest.'}
      </p>
      <Part title="What it did">
        {story.length === 0 && <p className="soft">Neither a scan nor a guessed password, in what was watched.</p>}
        {story.length > 0 && (
          <ol className={styles.story} aria-label="What it did">
            {story.map((step, at) => {
              const { title, about } = stepWords(step);
              return (
                <li key={at} data-step={step.step}>
                  <p>
                    <strong>{title}</strong> <span>{about}</span>
                  </p>
                  <p className="soft">
                    <Moment>{step.from}</Moment>
                    {step.to > step.from && (
                      <>
                        {' to '}
                        <Moment>{step.to}</Moment>
                      </>
                    )}
                    {step.uids.length > 0 && ' · '}
                    <FlowLinks uids={step.uids} />
                  </p>
                </li>
              );
            })}
          </ol>
        )}
      </Part>
      {command !== null && (
        <Part title="To keep it out for an hour">
          <p>
            {isGrave(story) &&
              'It got in: what it did there stays done. Change the password it used, and look at that host. '}
            Run this on the machine that it should not reach; <code>--dry-run</code> shows what would change, and{' '}
            <code>holdfast network unblock</code> takes it back. It refuses your own address, a gateway, and what is on
            the allow list. This page blocks nothing.
          </p>
          <CommandLine label="Block this address for an hour" command={command} />
        </Part>
      )}
      {notices.length > 0 && (
        <Part title="Alerts, worst first">
          <ul className={alertStyles.alerts} aria-label="Alerts about this address">
            {worstFirst(notices).map((alert) => (
              <AlertItem key={alert.key} alert={alert} />
            ))}
          </ul>
        </Part>
      )}
      {logins.length > 0 && (
        <Part title="Logins it tried">
          <LoginsTable logins={logins} range={range} />
        </Part>
      )}
      <div className={styles.columns}>
        <TalkersTable title="With whom" by="address" talkers={peers} range={range} />
        <TalkersTable title="By which ports" by="port" talkers={ports} range={range} />
      </div>
    </>
  );
}

function worstFirst(notices: SourceReply['notices']): SourceReply['notices'] {
  return notices.toSorted(
    (one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity) || other.last - one.last,
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
