import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle';
import IconCheck from '@tabler/icons-react/icons/IconCheck';
import { showError, showToast } from '../../../app/toasts.ts';
import { formatSize } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';
import { backUpRecords, type HealthCheck, healthOptions } from './api.ts';
import own from './storage.module.css';

const shown = {
  pass: { state: 'good', said: 'In order:' },
  warn: { state: 'look', said: 'Needs a look:' },
  fail: { state: 'risk', said: 'Not in order:' },
} as const;
const worstFirst = ['fail', 'warn', 'pass'];

/** What “holdfast doctor” says, worst first. */
export function ServerHealth() {
  const queries = useQueryClient();
  const health = useQuery({ ...healthOptions, staleTime: 30_000 });
  const backUp = useMutation({
    mutationFn: backUpRecords,
    onSuccess: ({ file, bytes }) => showToast({ text: `Backed the records up: ${file}, ${formatSize(bytes)}.` }),
    onError: (error) => showError('Back the records up', error),
    onSettled: () => queries.invalidateQueries(healthOptions),
  });
  const checks = health.data?.toSorted(
    (one, other) => worstFirst.indexOf(one.verdict) - worstFirst.indexOf(other.verdict),
  );
  return (
    <section className={styles.section} aria-labelledby="health">
      <h2 id="health">Health of the server</h2>
      {health.error && (
        <ProblemNote error={health.error} tried="Examine the server" onRetry={() => void health.refetch()} />
      )}
      {checks && (
        <ul className={own.checks} aria-labelledby="health">
          {checks.map((check) => (
            <Check key={check.id} check={check} />
          ))}
        </ul>
      )}
      <div className={styles.row}>
        <Button variant="default" loading={backUp.isPending} onClick={() => backUp.mutate()}>
          Back the records up now
        </Button>
      </div>
    </section>
  );
}

function Check({ check: { verdict, what, remedy } }: { readonly check: HealthCheck }) {
  const { state, said } = shown[verdict];
  return (
    <li className={own.verdict} data-state={state}>
      {verdict === 'pass' ? <IconCheck size={18} aria-hidden /> : <IconAlertTriangle size={18} aria-hidden />}
      <span>
        <span className="hidden-text">{said} </span>
        {what}
        {remedy !== null && <span className="soft"> {remedy}</span>}
      </span>
    </li>
  );
}
