import type { Command, Terminal } from '../../base/commands/command.ts';
import { count, formatDuration, formatRelative } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { BackupStatusView, StoreStatus } from '../wire.ts';

export const backupStatus: Command = {
  path: ['backup', 'status'],
  summary: 'Show whether everything has its second copy',
  description: 'Exit code 1 when a copy or a whole store is lost, or a copy has been waiting for too long.',
  examples: [
    { run: 'holdfast backup status', does: 'In words' },
    { run: 'holdfast backup status --json', does: 'For a monitor' },
    { run: 'holdfast backup status --quiet && echo safe', does: 'In a script' },
  ],
  async run(context) {
    const status = await (await context.signedIn()).get<BackupStatusView>('/backup/status');
    const lost = status.stores.reduce((sum, store) => sum + store.lost, 0);
    context.terminal.show(status, () => lines(status, lost, context.terminal, context.clock()));
    const isWell = status.verdict === 'complete' || status.verdict === 'catching_up';
    return isWell && lost === 0 ? 0 : 1;
  },
};

function lines(status: BackupStatusView, lost: number, terminal: Terminal, now: number): string[] {
  const { styles } = terminal;
  const table = terminal.table(
    [
      { title: 'Store' },
      { title: 'Waiting', align: 'right' },
      { title: 'Lost', align: 'right' },
      { title: 'Failing', align: 'right' },
      { title: 'Last copy made' },
      { title: 'Where', cut: true },
    ],
    status.stores.map((store) => [
      store.name === 'primary' ? 'first copy' : 'second copy',
      store.pending > 0 ? { text: String(store.pending), style: 'attention' } : '0',
      store.lost > 0 ? { text: String(store.lost), style: 'danger' } : '0',
      store.failing > 0 ? { text: String(store.failing), style: 'danger' } : '0',
      store.lastCopyTime === null ? '-' : formatRelative(Date.parse(store.lastCopyTime), now),
      store.url ?? '',
    ]),
  );
  const failing = status.stores.filter(({ lastCode }) => lastCode !== null);
  const { deletions } = status;
  const going =
    deletions === 0 ? [] : [`${count(deletions, 'object')} removed for good still to be deleted from the stores.`];
  return [...table, '', ...failing.map(failureLine), ...going, verdictLine(status, lost, styles)];
}

function failureLine({ name, lastCode }: StoreStatus): string {
  // Either of the two stores may have been the one that failed.
  return `A copy into the ${name === 'primary' ? 'first' : 'second'} store failed last with ${visible(lastCode ?? '')} (docs/errors.md).`;
}

function missingLine({ name }: StoreStatus): string {
  const which = name === 'primary' ? 'first' : 'second';
  return `The ${which} store no longer holds this workspace: it was emptied or made anew, or another one is in its place. What was in it counts as there and is not. See that the right disk or bucket is in its place; if it is lost, start the server once with --adopt-store ${name}: everything is copied into it again from the other store.`;
}

function verdictLine(status: BackupStatusView, lost: number, styles: Terminal['styles']): string {
  const oldest = status.oldestWaitingMs === null ? '' : `, the oldest since ${formatDuration(status.oldestWaitingMs)}`;
  if (status.damaged > 0) {
    return styles.danger(
      `${count(status.damaged, 'file version', 'file versions')} cannot be read from any store. Put the stores back as they were, from a copy or a snapshot of their disks: what is good again is found and mended by itself.`,
    );
  }
  const missing = status.stores.find(({ isMissing }) => isMissing);
  if (missing) return styles.danger(missingLine(missing));
  if (lost > 0) {
    return styles.danger(
      `${count(lost, 'copy is', 'copies are')} missing or altered; being repaired from the other store.`,
    );
  }
  if (status.verdict === 'overdue') {
    return styles.danger(
      `${count(status.overdue, 'copy', 'copies')} overdue: waiting for over ${formatDuration(status.overdueAfterMs)}${oldest}.`,
    );
  }
  if (status.waiting > 0) return styles.attention(`${count(status.waiting, 'copy', 'copies')} on the way${oldest}.`);
  return styles.good('Everything has its second copy.');
}
