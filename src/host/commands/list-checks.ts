import type { CommandContext } from '../../base/commands/command.ts';
import { severities } from '../../findings/index.ts';
import type { FixClass } from '../checks/header.ts';
import type { Script } from '../running/run-check.ts';

const FIXES: { readonly [Class in FixClass]: string } = {
  automatic: 'by command',
  guarded: 'by command, goes back unless confirmed',
  manual: 'by hand',
};

/** Worst first, with how they are mended and what other people call them. */
export function listChecks({ terminal }: CommandContext, checks: readonly Script[]): void {
  const sorted = checks
    .map(({ header }) => header)
    .toSorted((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
  const isTested = sorted.every((header) => header.isTested);
  terminal.show({ checks: sorted }, () =>
    terminal.table(
      [
        { title: 'Severity' },
        { title: 'Check' },
        { title: 'What is wrong', cut: true },
        { title: 'Mended' },
        ...(isTested ? [] : [{ title: 'Tested' }]),
        { title: 'Standards', cut: true },
      ],
      sorted.map(({ severity, id, title, fix, references, isTested: isOwn }) => [
        severity,
        id,
        title,
        FIXES[fix],
        ...(isTested ? [] : [isOwn ? 'yes' : 'not yet']),
        references.map((each) => `${each.standard} ${each.id}`).join(', '),
      ]),
    ),
  );
}
