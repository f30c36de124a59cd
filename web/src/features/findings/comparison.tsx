import { CloseButton, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Foreign } from '../../base/text/bits.tsx';
import { counted, formatExactTime } from '../../base/text/format.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { sections } from '../../base/pages/sections.ts';
import { type CompareReply, comparisonOptions, type RunView } from './api.ts';
import styles from './comparison.module.css';
import { SeverityMark } from './marks.tsx';
import { sourceWords, verdictWords } from './words.ts';

export interface ComparisonProps {
  readonly from: string;
  readonly to: string;
  /** Those that can be chosen from. */
  readonly runs: readonly RunView[];
}

/** What came, what went and what is another way between two runs; both stand in the address. */
export function Comparison({ from, to, runs }: ComparisonProps) {
  const navigate = useNavigate();
  const { data, error } = useQuery(comparisonOptions(from, to));
  const choose = (pair: { readonly from: string; readonly to: string }): void =>
    void navigate({ to: '/security/runs', search: pair, replace: true });
  const alike = data ? runs.filter(({ source, scope }) => source === data.to.source && scope === data.to.scope) : [];
  const options = (chosen: RunView) => {
    const all = alike.some(({ runId }) => runId === chosen.runId) ? alike : [...alike, chosen];
    return all.map(({ runId, startedTime }) => ({ value: runId, label: formatExactTime(startedTime) }));
  };
  return (
    <section className={styles.comparison} aria-labelledby="comparison-title">
      <div className={styles.head}>
        <h2 id="comparison-title">
          What changed
          {data && (
            <>
              {' '}
              in <Foreign>{data.to.scope}</Foreign>, {sourceWords(data.to.source)}
            </>
          )}
        </h2>
        <CloseButton
          aria-label="Close the comparison"
          onClick={() => void navigate({ to: '/security/runs', search: {} })}
        />
      </div>
      {error && <ProblemNote error={error} tried="Compare two runs" />}
      {data && (
        <>
          <div className={sections.row}>
            <NativeSelect
              label="From"
              data={options(data.from)}
              value={from}
              onChange={(event) => choose({ from: event.currentTarget.value, to })}
            />
            <NativeSelect
              label="To"
              data={options(data.to)}
              value={to}
              onChange={(event) => choose({ from, to: event.currentTarget.value })}
            />
          </div>
          <p role="status">
            {counted(data.opened.length, 'new finding')}, {data.fixed.length} fixed or gone, {data.changed.length} with
            another result, {data.same} as before.
          </p>
          <Differences title="New" differences={data.opened} />
          <Differences title="Fixed or gone" differences={data.fixed} />
          <Differences title="Another result" differences={data.changed} withVerdicts />
        </>
      )}
    </section>
  );
}

interface DifferencesProps {
  readonly title: string;
  readonly differences: CompareReply['opened'];
  readonly withVerdicts?: true;
}

function Differences({ title, differences, withVerdicts }: DifferencesProps) {
  if (differences.length === 0) return null;
  return (
    <section>
      <h3 className={styles.title}>{title}</h3>
      <ul className={styles.list} aria-label={title}>
        {differences.map(({ findingId, severity, title: said, resource, before, after }) => (
          <li key={findingId}>
            <SeverityMark severity={severity} />
            <span>
              <Link to="/security/findings" search={{ state: 'all', finding: findingId }}>
                <Foreign>{said}</Foreign>
              </Link>{' '}
              <Foreign className="soft">{resource}</Foreign>
              {withVerdicts && before && after && (
                <span className="soft">
                  {' '}
                  · {verdictWords[before]} → {verdictWords[after]}
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
