import { CloseButton, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Foreign } from '../../../base/text/bits.tsx';
import { counted, formatExactTime } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections } from '../../../base/pages/sections.ts';
import styles from '../../findings/comparison.module.css';
import { SeverityMark } from '../../findings/marks.tsx';
import { type HostCompareReply, scanComparisonOptions, type ScanView } from '../api.ts';
import { ChangedChecks } from './changed-checks.tsx';
import { fromTo, type FromToSearch } from '../fleet/filter.ts';

export interface ScanComparisonProps {
  readonly hostId: string;
  readonly from: string;
  readonly to: string;
  /** Those that can be chosen from. */
  readonly scans: readonly ScanView[];
}

/** What moved the index between two scans, and which findings came and went; both stand in the address. */
export function ScanComparison({ hostId, from, to, scans }: ScanComparisonProps) {
  const navigate = useNavigate();
  const { data, error } = useQuery(scanComparisonOptions(hostId, from, to));
  const choose = (search: FromToSearch): void =>
    void navigate({ to: '/security/hosts/$hostId/scans', params: { hostId }, search, replace: true });
  const options = scans.map(({ scanId, startedTime }) => ({ value: scanId, label: formatExactTime(startedTime) }));
  return (
    <section className={styles.comparison} aria-labelledby="comparison-title">
      <div className={styles.head}>
        <h2 id="comparison-title">What changed</h2>
        <CloseButton aria-label="Close the comparison" onClick={() => choose({})} />
      </div>
      <div className={sections.row}>
        <NativeSelect
          label="From"
          data={options}
          value={from}
          onChange={(event) => choose(fromTo(event.currentTarget.value, to))}
        />
        <NativeSelect
          label="To"
          data={options}
          value={to}
          onChange={(event) => choose(fromTo(from, event.currentTarget.value))}
        />
      </div>
      {error && <ProblemNote error={error} tried="Compare two scans" />}
      {data && (
        <>
          <p role="status">
            Index {data.from.index ?? 'not known'} → {data.to.index ?? 'not known'}:{' '}
            {counted(data.checks.length, 'check')} came out another way, {counted(data.came.length, 'finding')} came,{' '}
            {data.went.length} went.
          </p>
          <ChangedChecks checks={data.checks} hostId={hostId} />
          <Changed title="Came" hostId={hostId} findings={data.came} />
          <Changed title="Went" hostId={hostId} findings={data.went} />
        </>
      )}
    </section>
  );
}

interface ChangedProps {
  readonly title: string;
  readonly hostId: string;
  readonly findings: HostCompareReply['came'];
}

function Changed({ title, hostId, findings }: ChangedProps) {
  if (findings.length === 0) return null;
  return (
    <section>
      <h3 className={styles.title}>{title}</h3>
      <ul className={styles.list} aria-label={title}>
        {findings.map(({ findingId, severity, title: said }) => (
          <li key={findingId}>
            <SeverityMark severity={severity} />
            <Link
              to="/security/hosts/$hostId/findings"
              params={{ hostId }}
              search={{ state: 'all', finding: findingId }}
            >
              <Foreign>{said}</Foreign>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
