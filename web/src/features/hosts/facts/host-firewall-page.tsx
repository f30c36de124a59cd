import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Time } from '../../../base/text/bits.tsx';
import { formatCount, formatExactTime } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { hostOptions, type StatesReply, statesOptions } from '../api.ts';
import { fromTo } from '../fleet/filter.ts';
import { RulesDiff, RulesText } from './firewall-text.tsx';
import styles from '../host/host-page.module.css';
import { nameOf } from '../words.ts';

/** Each state of the rules that was really another one: as a timeline, as text, and as the difference between two. */
export function HostFirewallPage() {
  const { hostId } = useParams({ from: '/frame/security/hosts/$hostId' });
  const search = useSearch({ from: '/frame/security/hosts/$hostId/firewall' });
  const { data: host } = useQuery(hostOptions(hostId));
  const list = useQuery({ ...statesOptions(hostId, 'firewall'), enabled: host?.firewall != null });
  if (host && host.firewall === null) {
    return (
      <div className={sections.page}>
        <p>
          No rules were reported yet: each state of the firewall that is another one will be here. Those of Windows are
          not read.
        </p>
      </div>
    );
  }
  const states = list.data?.states ?? [];
  const [from, to, state] = [search.from, search.to, search.state].map((each) => each?.toString());
  const shown = state ?? states[0]?.stateId;
  return (
    <div className={`${sections.page} ${styles.page}`}>
      {list.error && (
        <ProblemNote error={list.error} tried="List the states of the firewall" onRetry={() => void list.refetch()} />
      )}
      {host && shown !== undefined && (
        <div className={styles.columns}>
          <Timeline hostId={hostId} states={states} shown={from === undefined ? [shown] : [from, to]} />
          <div className={styles.part}>
            {from !== undefined && to !== undefined ? (
              <>
                <ChooseTwo hostId={hostId} states={states} from={from} to={to} />
                <RulesDiff hostId={hostId} from={from} to={to} />
              </>
            ) : (
              <RulesText hostId={hostId} stateId={shown} hostName={nameOf(host)} />
            )}
          </div>
        </div>
      )}
    </div>
  );
}

interface TimelineProps {
  readonly hostId: string;
  readonly states: StatesReply['states'];
  readonly shown: readonly (string | undefined)[];
}

function Timeline({ hostId, states, shown }: TimelineProps) {
  return (
    <ol className={styles.timeline} aria-label="States of the firewall">
      {states.map(({ stateId, time, changed }, at) => {
        const before = states[at + 1];
        return (
          <li key={stateId} data-chosen={shown.includes(stateId) || undefined}>
            <Link
              to="/security/hosts/$hostId/firewall"
              params={{ hostId }}
              search={{ state: Number(stateId) }}
              aria-current={shown.includes(stateId)}
            >
              <Time>{time}</Time>
            </Link>
            <p className="soft">
              {changed === null
                ? 'The first that is kept'
                : `${formatCount(changed.new)} new, ${formatCount(changed.gone)} gone`}
              {at === 0 && ' · now'}
            </p>
            {before && (
              <Link
                to="/security/hosts/$hostId/firewall"
                params={{ hostId }}
                search={fromTo(before.stateId, stateId)}
                aria-label={`What changed at ${formatExactTime(time)}`}
              >
                What changed
              </Link>
            )}
          </li>
        );
      })}
    </ol>
  );
}

interface ChooseTwoProps {
  readonly from: string;
  readonly to: string;
  readonly hostId: string;
  readonly states: StatesReply['states'];
}

function ChooseTwo({ hostId, states, from, to }: ChooseTwoProps) {
  const navigate = useNavigate();
  const choose = (earlier: string, later: string): void =>
    void navigate({
      to: '/security/hosts/$hostId/firewall',
      params: { hostId },
      search: fromTo(earlier, later),
      replace: true,
    });
  const data = states.map(({ stateId, time }) => ({ value: stateId, label: formatExactTime(time) }));
  return (
    <div className={sections.row}>
      <NativeSelect label="From" data={data} value={from} onChange={(event) => choose(event.currentTarget.value, to)} />
      <NativeSelect label="To" data={data} value={to} onChange={(event) => choose(from, event.currentTarget.value)} />
    </div>
  );
}
