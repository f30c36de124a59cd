import { type Command, type CommandContext, type CommandInput, wholeNumber } from '../../base/command.ts';
import { commandErrors } from '../../base/command-errors.ts';
import { count, formatTime } from '../../base/quantities.ts';
import { visible } from '../../base/visible-text.ts';
import { exitCodeOf, failOnFrom, failOnOptions, reportToServer, severityCell } from '../../findings/commands.ts';
import { isAtLeast, reportRun, severities, type Severity } from '../../findings/index.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import { joinMysqlLog } from '../reporting/join-mysql-log.ts';
import { readRefusedLogins } from '../reporting/mysql-log.ts';
import { observationsOf, runOf } from '../reporting/report-notices.ts';
import type { FlowStore, RangeQuery } from '../store/flow-store.ts';
import type { OpenLocalNetwork } from './local-network.ts';
import { nothingKept } from './nothing-kept.ts';
import { rangeFrom, rangeOption } from './range-option.ts';
import { stateFolderFrom, stateOption } from './state-option.ts';

const MOST = 1000;

export const alertsCommand = (openLocal: OpenLocalNetwork): Command => ({
  path: ['network', 'alerts'],
  summary: 'What was wrong about flows, with the numbers that make it so',
  description:
    'The worst first, from the flows that are kept here. What is worth a decision becomes a finding: what one source did, in one\nstory, and what is wrong about places of yours. Findings are kept on this computer, and sent to the server you are signed in at.',
  examples: [
    { run: 'holdfast network alerts', does: 'Of the last day' },
    { run: 'holdfast network alerts --since 7d --severity high', does: 'The grave ones of a week' },
    { run: 'holdfast network alerts --address 203.0.113.7', does: 'What one address did' },
    { run: 'sudo holdfast network alerts --mysql-log /var/log/mysql/error.log', does: 'Host and wire together' },
    { run: 'holdfast network alerts --json', does: 'For a script' },
  ],
  options: [
    rangeOption,
    { name: 'severity', value: 'SEV', about: 'Only these and worse: critical, high, medium, low, info' },
    { name: 'address', value: 'A', about: 'Only those with this address' },
    {
      name: 'mysql-log',
      value: 'FILE',
      about: 'Also the refused logins of this log of MariaDB or MySQL, with the flows that carried them',
    },
    { name: 'mysql-port', value: 'N', about: 'Where that server listens; default 3306' },
    ...failOnOptions(),
    stateOption,
  ],
  async run(context, input) {
    const least = severityFrom(input.text('severity'));
    const failOn = failOnFrom(input);
    const range = rangeFrom(input, context.clock);
    const local = await openLocal();
    const stateFolder = stateFolderFrom(context, input);
    await using store = await local.openFlows(stateFolder);
    const address = input.text('address');
    const page = await store.notices({ ...range, limit: MOST, address });
    const joined = await joinedFrom(input, store, range);
    const notices = [...page.notices, ...joined.filter(({ src }) => address === undefined || src === address)];
    const alerts = notices
      .filter(({ severity }) => isAtLeast(severity, least))
      .toSorted(
        (one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity) || other.last - one.last,
      );
    const observations = await observationsOf(store, notices);
    if (observations.length > 0) {
      const run = runOf('local', observations);
      await using findings = await local.openFindings(stateFolder);
      await reportRun(run, findings.sink);
      await reportToServer(context, run);
    }
    const none = alerts.length === 0 ? await nothingKept(store, range, 'No alert.') : [];
    context.terminal.show({ alerts, isWhole: page.next === null }, () => [
      ...none,
      ...alerts.flatMap((alert) => alertLines(context, alert)),
      ...(page.next === null ? [] : ['', `There are more than ${MOST}: ask for a shorter time.`]),
      ...(observations.length > 0
        ? ['', `${count(observations.length, 'finding')}: holdfast findings list --source network`]
        : []),
    ]);
    return exitCodeOf(
      alerts.map(({ severity }) => ({ severity, verdict: 'fail' as const })),
      failOn,
    );
  },
});

/** Throws `usage_invalid`, `network_log_unreadable`. */
async function joinedFrom(input: CommandInput, store: FlowStore, range: RangeQuery): Promise<readonly NoticeRecord[]> {
  const [path, port] = [input.text('mysql-log'), input.text('mysql-port')];
  if (path === undefined) return [];
  return await joinMysqlLog(store, range, {
    logins: await readRefusedLogins(path),
    port: wholeNumber(port ?? '3306', { option: 'mysql-port', min: 1, max: 65_535 }),
  });
}

/** Throws `usage_invalid`. */
function severityFrom(text = 'info'): Severity {
  const found = severities.find((each) => each === text);
  if (found) return found;
  throw commandErrors('usage_invalid', { detail: `--severity is one of ${severities.join(', ')}` });
}

export function alertLines(
  { terminal: { styles } }: Pick<CommandContext, 'terminal'>,
  { severity, note, msg, first, last, n, sub, arithmetic, uids }: NoticeRecord,
): readonly string[] {
  const cell = severityCell(severity, 'fail');
  const mark = typeof cell === 'string' ? cell.padEnd(8) : styles[cell.style](cell.text.padEnd(8));
  const times = n === 1 ? 'once' : `${n.toLocaleString('en-US')} times`;
  return [
    `${mark}  ${visible(msg)}`,
    `          ${styles.faint(visible(`${note}, ${formatTime(first * 1000)} to ${formatTime(last * 1000)}, ${times}`))}`,
    ...arithmetic.explained.map((line) => `          ${visible(line)}`),
    ...(sub === undefined ? [] : [`          ${visible(sub)}`]),
    ...(uids.length > 0
      ? [`          ${styles.faint(visible(`flows: ${uids.slice(0, 3).join(', ')}${uids.length > 3 ? ', …' : ''}`))}`]
      : []),
  ];
}
