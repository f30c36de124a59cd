import { useQuery } from '@tanstack/react-query';
import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle';
import IconClock from '@tabler/icons-react/icons/IconClock';
import IconShieldCheck from '@tabler/icons-react/icons/IconShieldCheck';
import { Time } from '../../../base/text/bits.tsx';
import { counted, formatCount, formatDuration } from '../../../base/text/format.ts';
import { ProblemNote } from '../../../base/requests/problem-note.tsx';
import { sections as styles } from '../../../base/pages/sections.ts';
import { table } from '../../../base/lists/table.ts';
import { type BackupStatusView, backupStatusOptions } from './api.ts';
import own from './storage.module.css';

/** Whether everything is there twice. */
export function CopiesStatus() {
  const status = useQuery({ ...backupStatusOptions, refetchInterval: 10_000 });
  return (
    <section className={styles.section} aria-labelledby="copies">
      <h2 id="copies">Copies</h2>
      {status.error && (
        <ProblemNote error={status.error} tried="See how the copies are" onRetry={() => void status.refetch()} />
      )}
      {status.data && <Verdict status={status.data} />}
      {status.data && (
        <div className={table.scroll}>
          <table className={table.table} aria-label="Stores">
            <thead>
              <tr>
                <th scope="col">Store</th>
                <th scope="col">Waiting</th>
                <th scope="col">Lost</th>
                <th scope="col">Failing</th>
                <th scope="col" className={table.wide}>
                  Last copy made
                </th>
              </tr>
            </thead>
            <tbody>
              {status.data.stores.map(({ name, url, pending, lost, failing, lastCode, lastCopyTime }) => (
                <tr key={name}>
                  <td>
                    {name === 'primary' ? 'First copy' : 'Second copy'}
                    {url !== undefined && <code className={table.under}>{url}</code>}
                    {lastCode !== null && <span className={table.under}>Failed last with {lastCode}</span>}
                  </td>
                  <td>{formatCount(pending)}</td>
                  <td>{formatCount(lost)}</td>
                  <td>{formatCount(failing)}</td>
                  <td className={table.wide}>{lastCopyTime === null ? 'None yet' : <Time>{lastCopyTime}</Time>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Verdict({ status }: { readonly status: BackupStatusView }) {
  const { state, words } = verdictOf(status);
  const Icon = state === 'good' ? IconShieldCheck : state === 'look' ? IconClock : IconAlertTriangle;
  return (
    <p className={own.verdict} data-state={state}>
      <Icon size={20} stroke={1.6} aria-hidden />
      <span>{words}</span>
    </p>
  );
}

function verdictOf(status: BackupStatusView): { readonly state: 'good' | 'look' | 'risk'; readonly words: string } {
  const lost = status.stores.reduce((sum, store) => sum + store.lost, 0);
  if (status.damaged > 0) {
    return {
      state: 'risk',
      words: `${counted(status.damaged, 'version')} cannot be read from any store. Put the stores back as they were, from a copy of their disks: what is good again is found and mended by itself.`,
    };
  }
  const missing = status.stores.find(({ isMissing }) => isMissing);
  if (missing) {
    return {
      state: 'risk',
      words: `The ${missing.name === 'primary' ? 'first' : 'second'} store no longer holds this workspace: it was emptied or made anew, or another one is in its place. See that the right disk or bucket is in its place; if it is lost, start the server once with --adopt-store ${missing.name}: everything is copied into it again from the other store.`,
    };
  }
  if (lost > 0) {
    return {
      state: 'risk',
      words: `${counted(lost, 'copy', 'copies')} missing or altered; being repaired from the other store.`,
    };
  }
  if (status.verdict === 'overdue') {
    return {
      state: 'risk',
      words: `${counted(status.overdue, 'copy', 'copies')} waiting for longer than ${formatDuration(status.overdueAfterMs)}.`,
    };
  }
  if (status.waiting > 0) {
    return { state: 'look', words: `${counted(status.waiting, 'copy', 'copies')} on the way.` };
  }
  return { state: 'good', words: 'Everything has its second copy.' };
}
