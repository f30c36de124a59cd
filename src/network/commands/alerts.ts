import type { Command, CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { hasCode } from '../../base/errors.ts';
import { count, formatTime } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { exitCodeOf, failOnFrom, failOnOptions, reportToServer, severityCell } from '../../findings/commands.ts';
import { isAtLeast, reportRun, severities, type Severity } from '../../findings/index.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import { joinMysqlLog } from '../reporting/join-mysql-log.ts';
import { withLog } from '../reporting/with-log.ts';
import { readRefusedLogins } from '../reporting/mysql-log.ts';
import { observationsOf, runOf } from '../reporting/report-notices.ts';
import type { FlowStore, RangeQuery } from '../store/flow-store.ts';
import type { LocalNetwork, OpenLocalNetwork } from './local-network.ts';
import { MYSQL_PORT, mysqlLogFrom, mysqlLogOptions } from './mysql-log-option.ts';
import { nothingKept } from './nothing-kept.ts';
import { rangeFrom, rangeOption } from './range-option.ts';
import { stateFolderFrom, stateOption } from './state-option.ts';

const MOST = 1000;

export const alertsCommand = (openLocal: OpenLocalNetwork): Command => ({
  path: ['network', 'alerts'],
  summary: 'What was wrong about flows, with the numbers that make it so',
  description:
    'The worst first, from the flows that are kept here, with what the log of a MariaDB or MySQL server on this computer says of refused logins.\nWhat is worth a decision becomes a finding: what one source did, in one\nstory, and what is wrong about places of yours. Findings are kept on this computer, and sent to the server you are signed in at.',
  examples: [
    { run: 'holdfast network alerts', does: 'Of the last day' },
    { run: 'holdfast network alerts --since 7d --severity high', does: 'The grave ones of a week' },
    { run: 'holdfast network alerts --address 203.0.113.7', does: 'What one address did' },
    { run: 'sudo holdfast network alerts --mysql-log /srv/db1/error.log', does: 'With the log of another database' },
    { run: 'holdfast network alerts --json', does: 'For a script' },
  ],
  options: [
    rangeOption,
    { name: 'severity', value: 'SEV', about: 'Only these and worse: critical, high, medium, low, info' },
    { name: 'address', value: 'A', about: 'Only those with this address' },
    ...mysqlLogOptions,
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
    const joined = await joinedFrom(context, input, { local, store, range });
    const ofLog = joined.filter(({ src }) => address === undefined || src === address);
    const notices = withLog(page.notices, ofLog);
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

interface Joining {
  readonly local: LocalNetwork;
  readonly store: FlowStore;
  readonly range: RangeQuery;
}

/** Throws `usage_invalid`, `network_log_unreadable`, and what the signal was aborted with. A log that cannot be looked for or read here is left out. */
async function joinedFrom(
  { signal, terminal, workingFolder }: Pick<CommandContext, 'signal' | 'terminal' | 'workingFolder'>,
  input: CommandInput,
  { local, store, range }: Joining,
): Promise<readonly NoticeRecord[]> {
  const { path, port } = mysqlLogFrom(input, workingFolder);
  if (path !== null) {
    return await joinMysqlLog(store, range, { logins: await readRefusedLogins(path), port: port ?? MYSQL_PORT });
  }
  const found = await foundLog(local, signal, (line) => terminal.note(line));
  if (found === null) return [];
  try {
    return await joinMysqlLog(store, range, {
      logins: await readRefusedLogins(found.path),
      port: port ?? found.port,
    });
  } catch (error) {
    if (!hasCode(error, 'network_log_unreadable')) throw error;
    terminal.note(`The log of the database is left out: ${error.message}`);
    return [];
  }
}

/**
 * A computer without bash or without a folder for temporary files still has the alerts of its flows. Throws what the signal was aborted
 * with, and `host_scripts_changed`: somebody may have changed more than these.
 */
async function foundLog(
  { findMysqlLog }: Pick<LocalNetwork, 'findMysqlLog'>,
  signal: AbortSignal,
  note: (line: string) => void,
): ReturnType<LocalNetwork['findMysqlLog']> {
  try {
    return await findMysqlLog(signal);
  } catch (error) {
    signal.throwIfAborted();
    if (hasCode(error, 'host_scripts_changed')) throw error;
    note(`The log of a database could not be looked for: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
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
