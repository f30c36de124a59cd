import { resolve } from 'node:path';
import type { Command, Terminal } from '../../base/commands/command.ts';
import { count, formatTime } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { VerifyReport } from '../verify-report.ts';

/** Verifies the trail in the data folder of a stopped server; changes nothing in it. */
export type VerifyOffline = (dataFolder: string) => Promise<VerifyReport>;

export const auditVerify = (offline: VerifyOffline): Command => ({
  path: ['audit', 'verify'],
  summary: 'Prove that nobody changed the audit trail',
  description:
    'Finds events that were removed, changed, reordered or cut off at the end, and a fork after older records were put\nback. Asks the server (admins only), or looks at the data folder of a stopped one with --data. Exit code 1 unless the\ntrail is intact.',
  examples: [
    { run: 'holdfast audit verify', does: 'Ask the server' },
    { run: 'holdfast audit verify --data ./data', does: 'Look at the folder of a stopped server' },
    { run: 'holdfast audit verify --json', does: 'For a monitor' },
  ],
  options: [{ name: 'data', value: 'DIR', about: 'Data folder of a stopped server' }],
  async run(context, input) {
    const data = input.text('data');
    const report =
      data === undefined
        ? await (await context.signedIn()).post<VerifyReport>('/audit/verify')
        : await offline(resolve(context.workingFolder, data));
    context.terminal.show(report, () => lines(report, context.terminal));
    return report.verdict === 'intact' ? 0 : 1;
  },
});

function lines(report: VerifyReport, { styles }: Terminal): string[] {
  const { problems, problemCount, head, stores } = report;
  const rest = problemCount - problems.length;
  return [
    ...problems.map(({ code, what }) => `${styles.danger('FAIL')}  ${visible(what)} ${styles.faint(visible(code))}`),
    ...(rest > 0 ? [`      and ${count(rest, 'problem')} more`] : []),
    ...(problemCount > 0 ? [''] : []),
    `${count(report.events, 'event')} in ${count(report.batches, 'signed batch', 'signed batches')}${period(report)}`,
    ...stores.map(({ name, heads, newest }) => {
      const which = name === 'primary' ? 'First store ' : 'Second store';
      const last = newest ? `, the newest of batch ${newest.sequence}, ${formatTime(Date.parse(newest.time))}` : '';
      return `${which}  ${count(heads, 'signed head')}${last}`;
    }),
    ...(head ? [`Chain ends at  ${head.sequence}:${visible(head.hash)}`] : []),
    '',
    verdict(report, styles),
  ];
}

function period({ firstTime, lastTime }: VerifyReport): string {
  if (firstTime === null || lastTime === null) return '';
  return `, ${formatTime(Date.parse(firstTime))} to ${formatTime(Date.parse(lastTime))}`;
}

function verdict({ verdict, problemCount }: VerifyReport, styles: Terminal['styles']): string {
  if (verdict === 'intact') return styles.good('Intact: nothing was removed, changed, reordered or cut off.');
  if (verdict === 'broken') {
    return styles.danger(
      `Broken: ${count(problemCount, 'problem')}. Somebody changed the records behind the server's back.`,
    );
  }
  return styles.attention('Unproven: nothing wrong was found, but not everything could be looked at.');
}
