import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import IconHistory from '@tabler/icons-react/icons/IconHistory';
import { Foreign, Time } from '../../base/text/bits.tsx';
import { Empty } from '../../base/pages/empty.tsx';
import { formatCount } from '../../base/text/format.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { sections } from '../../base/pages/sections.ts';
import { table } from '../../base/lists/table.ts';
import { usePageTitle } from '../../base/pages/use-page-title.ts';
import { runsOptions, type RunView } from './api.ts';
import { Comparison } from './comparison.tsx';
import { sourceWords } from './words.ts';

/** When guards looked, and what changed between two times. */
export function RunsPage() {
  usePageTitle('Runs');
  const { from, to } = useSearch({ from: '/frame/security/runs' });
  const list = useInfiniteQuery(runsOptions);
  const runs = list.data?.pages.flatMap((page) => page.runs) ?? [];
  return (
    <div className={sections.page}>
      <p className="soft">
        A run is one look of one guard at one place. Compare two of them to see what came, what went, and what is as it
        was.
      </p>
      {from !== undefined && to !== undefined && <Comparison from={from} to={to} runs={runs} />}
      {list.error && <ProblemNote error={list.error} tried="List the runs" onRetry={() => void list.refetch()} />}
      {list.data && runs.length === 0 && (
        <Empty icon={<IconHistory size={40} stroke={1.3} />} title="No guard has looked yet">
          <p>Each look of a guard will be listed here, with what it saw. What runs saw is kept for 90 days.</p>
        </Empty>
      )}
      {runs.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table} aria-label="Runs">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Where</th>
                <th scope="col" className={table.wide}>
                  Wrong
                </th>
                <th scope="col" className={table.wide}>
                  Could not look
                </th>
                <th scope="col" className={table.wide}>
                  In order
                </th>
                <th scope="col" className={table.acts}>
                  <span className="hidden-text">What to do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run, at) => (
                <RunRow key={run.runId} run={run} before={runBefore(runs, at)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.hasNextPage && (
        <div className={sections.row}>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </div>
  );
}

/** The newest earlier one of the same guard at the same place. */
function runBefore(runs: readonly RunView[], at: number): RunView | undefined {
  const run = runs[at];
  return runs.slice(at + 1).find(({ source, scope }) => source === run?.source && scope === run.scope);
}

function RunRow({ run, before }: { readonly run: RunView; readonly before: RunView | undefined }) {
  const { runId, source, scope, startedTime, endedTime, complete, counts } = run;
  return (
    <tr>
      <td>
        <Time>{startedTime}</Time>
        {!complete && (
          <span className={table.under}>
            {endedTime === null ? 'Still looking, or broken off' : 'Not everything seen'}
          </span>
        )}
      </td>
      <td>
        <Foreign>{sourceWords(source)}</Foreign>
        <Foreign className={table.under}>{scope}</Foreign>
        <span className={`${table.under} ${table.narrow}`}>
          {formatCount(counts.fail)} wrong, {formatCount(counts.unknown)} could not be looked at
        </span>
      </td>
      <td className={table.wide}>{formatCount(counts.fail)}</td>
      <td className={table.wide}>{formatCount(counts.unknown)}</td>
      <td className={table.wide}>{formatCount(counts.pass)}</td>
      <td className={table.acts}>
        {before && (
          <Link
            to="/security/runs"
            search={{ from: before.runId, to: runId }}
            aria-label={`What changed since the run before, ${sourceWords(source)} in ${scope}`}
          >
            What changed
          </Link>
        )}
      </td>
    </tr>
  );
}
