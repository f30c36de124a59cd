/** How checks of the doctor, and others like them, are shown. */
import type { ExitCode, Terminal } from '../../base/commands/command.ts';
import { count } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { DoctorCheck } from '../entry-functions.ts';

export function checksExitCode(checks: readonly DoctorCheck[]): ExitCode {
  return checks.some(({ verdict }) => verdict === 'fail') ? 1 : 0;
}

const ORDER = { pass: 0, warn: 1, fail: 2 } as const;

/** Worst last: it is what stays on the screen. */
export function checkLines(checks: readonly DoctorCheck[], { styles }: Terminal): string[] {
  const word = (verdict: DoctorCheck['verdict']): string =>
    verdict === 'pass' ? styles.good('ok  ') : verdict === 'warn' ? styles.attention('warn') : styles.danger('FAIL');
  const number = (verdict: DoctorCheck['verdict']): number => checks.filter((each) => each.verdict === verdict).length;
  return [
    ...checks
      .toSorted((one, other) => ORDER[one.verdict] - ORDER[other.verdict])
      .flatMap(({ verdict, what, remedy }) => [
        `${word(verdict)}  ${visible(what)}`,
        ...(verdict !== 'pass' && remedy ? [`      ${visible(remedy)}`] : []),
      ]),
    '',
    `${count(checks.length, 'check')}: ${number('pass')} ok, ${number('warn')} to look at, ${number('fail')} failed`,
  ];
}
