import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Time } from '../../../base/text/bits.tsx';
import { formatExactTime } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import { factsOptions, type FactsReply, hostOptions, statesOptions } from '../api.ts';
import { DiffText } from './diff-text.tsx';
import { FactLines, Listeners } from './fact-lists.tsx';
import styles from '../host/host-page.module.css';
import { Part } from '../part.tsx';
import { SystemFacts } from './system-facts.tsx';
import { sectionWords } from '../words.ts';

/** What a host is and how it is reached, now or at an earlier time, with what changed. */
export function HostFactsPage() {
  const { hostId } = useParams({ from: '/frame/security/hosts/$hostId' });
  const { at } = useSearch({ from: '/frame/security/hosts/$hostId/facts' });
  const navigate = useNavigate();
  const { data: host } = useQuery(hostOptions(hostId));
  const states = useQuery({ ...statesOptions(hostId, 'facts'), enabled: host?.facts != null });
  const shown = useQuery({ ...factsOptions(hostId, at), enabled: host?.facts != null });
  if (host && host.facts === null) {
    return (
      <div className={sections.page}>
        <p>No facts were reported yet: its system, addresses, routes, names and listeners will be here.</p>
      </div>
    );
  }
  const data = shown.data;
  return (
    <div className={`${sections.page} ${styles.page}`}>
      {states.data && (
        <div className={sections.row}>
          <NativeSelect
            label="As it was"
            data={[
              { value: '', label: 'Now' },
              ...states.data.states.slice(1).map(({ time }) => ({ value: time, label: formatExactTime(time) })),
            ]}
            value={at ?? ''}
            onChange={({ currentTarget: { value } }) =>
              void navigate({
                to: '/security/hosts/$hostId/facts',
                params: { hostId },
                search: value === '' ? {} : { at: value },
                replace: true,
              })
            }
          />
        </div>
      )}
      {shown.error && <ProblemNote error={shown.error} tried="Show the facts" onRetry={() => void shown.refetch()} />}
      {data && <Shown data={data} />}
    </div>
  );
}

function Shown({ data: { time, before, changes, facts } }: { readonly data: FactsReply }) {
  const { system, addresses, routes, dns, hosts, listeners } = facts;
  return (
    <>
      <Part title="What changed">
        {before === null ? (
          <p className="soft">
            This is the first that is kept, of <Time within>{time}</Time>.
          </p>
        ) : (
          <>
            <p className="soft">
              Since <Time within>{before.time}</Time>, seen <Time within>{time}</Time>:
            </p>
            {changes.length === 0 && <p>Nothing that stays.</p>}
            {changes.map(({ section, gone, new: came }) => (
              <div key={section}>
                <h4>{sectionWords[section]}</h4>
                <DiffText
                  label={`What changed in ${sectionWords[section]}`}
                  lines={[...gone.map((line) => `-${line}`), ...came.map((line) => `+${line}`)]}
                />
              </div>
            ))}
          </>
        )}
      </Part>
      <Part title={sectionWords.system}>
        <SystemFacts system={system} />
      </Part>
      <Part title={sectionWords.addresses}>
        <FactLines
          of={addresses}
          label={sectionWords.addresses}
          line={(each) => [each.interface, each.address ?? 'no address', each.state, each.mac].join(' ').trim()}
        />
      </Part>
      <Part title={sectionWords.routes}>
        <FactLines of={routes} label={sectionWords.routes} line={({ route }) => route} />
      </Part>
      <Part title={sectionWords.dns}>
        <FactLines of={dns} label={sectionWords.dns} line={({ keyword, value }) => `${keyword} ${value}`} />
      </Part>
      <Part title={sectionWords.hosts}>
        <FactLines of={hosts} label={sectionWords.hosts} line={({ address, names }) => `${address} ${names}`} />
      </Part>
      <Part title={sectionWords.listeners}>
        <Listeners of={listeners} />
      </Part>
    </>
  );
}
