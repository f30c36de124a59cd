import type { ExitCode, Styles, Terminal } from '../../../base/commands/command.ts';
import { HoldfastError } from '../../../base/errors.ts';
import { count, formatBytes, formatDuration } from '../../../base/text/quantities.ts';
import { visible } from '../../../base/text/visible.ts';
import type { LeftOut } from '../local/local-tree.ts';

/** What became of one file of a put or a get; also what `--json` shows of it. */
export type FileResult = {
  readonly local: string;
  readonly remote: string;
  readonly outcome: 'done' | 'unchanged' | 'planned' | 'failed' | 'not_tried';
  readonly size: number;
  readonly versionId?: string;
  readonly sha256?: string;
  readonly copies?: number;
  readonly problem?: { readonly code: string; readonly why: string; readonly remedy: string };
};

/** How a transfer went. */
export interface Transferred {
  readonly results: readonly FileResult[];
  /** Folders that were made on the other side. */
  readonly foldersMade: number;
  /** Until the last byte was stored; looking after the copies does not count. */
  readonly tookMs: number;
  /** What ended it early. */
  readonly stoppedBy: unknown;
}

export interface TransferReport extends Transferred {
  readonly direction: 'put' | 'get';
  readonly dryRun: boolean;
  readonly leftOut: readonly LeftOut[];
}

export function failureOf(error: unknown): NonNullable<FileResult['problem']> {
  if (!(error instanceof HoldfastError)) throw error;
  const why = error.detail === undefined ? error.title : `${error.title}: ${error.detail}`;
  return { code: error.code, why, remedy: error.remedy };
}

/** Shows the report; 3 when anything was asked for and not done. */
export function showReport(report: TransferReport, terminal: Terminal): ExitCode {
  const { results, leftOut, direction, dryRun, foldersMade, tookMs } = report;
  const failed = results.some(({ outcome }) => outcome === 'failed' || outcome === 'not_tried');
  const value = {
    direction,
    dryRun,
    complete: !failed && report.stoppedBy === undefined,
    foldersMade,
    tookMs,
    files: results,
    leftOut,
    ...(report.stoppedBy !== undefined && { stoppedBy: failureOf(report.stoppedBy) }),
  };
  terminal.show(value, () => reportLines(report, terminal));
  return value.complete ? 0 : 3;
}

/** What failed, by its path, and why; without a problem it was not tried. */
export function failureLines(path: string, problem: FileResult['problem'], styles: Styles): string[] {
  if (!problem) return [`${styles.danger('Not tried:')} ${visible(path)}`];
  return [
    `${styles.danger('Failed:')} ${visible(path)}`,
    `  ${visible(problem.why)}. ${visible(problem.remedy)} ${styles.faint(problem.code)}`,
  ];
}

function reportLines(report: TransferReport, { styles, quiet }: Terminal): string[] {
  const { direction, results, leftOut, dryRun, foldersMade } = report;
  const of = (outcome: FileResult['outcome']): FileResult[] => results.filter((each) => each.outcome === outcome);
  const source = (each: FileResult): string => (direction === 'put' ? each.local : each.remote);
  const target = (each: FileResult): string => visible(direction === 'put' ? each.remote : each.local);
  const planned = of('planned').map(
    (each) => `${visible(source(each))} -> ${target(each)}  (${formatBytes(each.size)})`,
  );
  const failures = of('failed').flatMap((each) => failureLines(source(each), each.problem, styles));
  const left = leftOut.map(({ path, reason }) => `Left out: ${visible(path)} (${reason})`);
  const notes = [
    dryRun ? plannedLine(report) : doneLine(report),
    ...(foldersMade > 0 && of('done').length === 0
      ? [`${dryRun ? 'Would make' : 'Made'} ${count(foldersMade, 'folder')}.`]
      : []),
    ...(of('unchanged').length > 0 ? [`${sized(of('unchanged'))} already there, unchanged.`] : []),
  ].filter(Boolean);
  const bad = [
    of('failed').length > 0 ? `${count(of('failed').length, 'file')} failed` : '',
    of('not_tried').length > 0 ? `${count(of('not_tried').length, 'file')} not tried` : '',
  ].filter(Boolean);
  const stop = report.stoppedBy === undefined ? undefined : failureOf(report.stoppedBy);
  return [
    ...planned,
    ...left,
    ...failures,
    ...(quiet ? [] : notes),
    ...(stop ? [`Stopped early: ${visible(stop.why)}. ${visible(stop.remedy)} ${styles.faint(stop.code)}`] : []),
    ...(bad.length > 0 ? [styles.danger(`Not complete: ${bad.join(', ')}.`)] : []),
  ];
}

function plannedLine({ direction, results }: TransferReport): string {
  const planned = results.filter(({ outcome }) => outcome === 'planned');
  return planned.length === 0 ? '' : summary(planned, direction === 'put' ? 'Would store' : 'Would fetch');
}

function doneLine({ direction, results, tookMs, stoppedBy }: TransferReport): string {
  const done = results.filter(({ outcome }) => outcome === 'done');
  if (done.length === 0) return results.length > 0 || stoppedBy !== undefined ? '' : 'There was nothing to do.';
  const line = `${summary(done, direction === 'put' ? 'Stored' : 'Fetched').slice(0, -1)} in ${formatDuration(tookMs)}`;
  return direction === 'put' ? `${line}, ${copiesText(done)}.` : `${line}.`;
}

/** How many copies there are now: a promise about the second one is no copy. */
function copiesText(done: readonly FileResult[]): string {
  const fewest = Math.min(...done.map(({ copies }) => copies ?? 0));
  const behind = done.filter(({ copies }) => (copies ?? 0) < 2).length;
  if (behind === 0) return `${count(fewest, 'copy', 'copies')}${done.length > 1 ? ' each' : ''}`;
  const how = 'on the way (holdfast backup status)';
  if (done.length === 1) return `1 copy so far, the second is ${how}`;
  const now = behind === done.length ? '1 copy each' : `2 copies of ${done.length - behind} of them`;
  return `${now} so far, ${count(behind, 'second copy is', 'second copies are')} ${how}`;
}

function summary(files: readonly FileResult[], verb: string): string {
  return `${verb} ${sized(files)}.`;
}

function sized(files: readonly FileResult[]): string {
  return `${count(files.length, 'file')} (${formatBytes(files.reduce((sum, { size }) => sum + size, 0))})`;
}
