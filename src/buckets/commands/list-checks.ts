import type { CommandContext } from '../../base/commands/command.ts';
import { severities } from '../../findings/index.ts';
import type { Check } from '../checks/check.ts';

/** Worst first, with what other people call them. */
export function listChecks({ terminal }: CommandContext, checks: readonly Check[]): void {
  const sorted = checks.toSorted((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
  const value = sorted.map(({ id, subject, severity, title, looksAt, rationale, remedy, references }) => ({
    ...{ id, subject, severity, title, looksAt, rationale, remedy, references },
  }));
  terminal.show({ checks: value }, () =>
    terminal.table(
      [
        { title: 'Severity' },
        { title: 'Check' },
        { title: 'What is looked at', cut: true },
        { title: 'Standards', cut: true },
      ],
      sorted.map(({ id, severity, looksAt, references }) => [
        severity,
        id,
        looksAt,
        references.map((each) => `${each.standard} ${each.id}`).join(', '),
      ]),
    ),
  );
}
