import type { Command } from '../base/commands/command.ts';
import { acceptFinding, reopenFinding } from './commands/decide.ts';
import { approveFindings } from './commands/baseline.ts';
import { compareFindingRuns, listFindingRuns } from './commands/diff.ts';
import { exportFindings } from './commands/export.ts';
import { listFindings } from './commands/list.ts';
import type { OpenLocalFindings } from './commands/where.ts';
import { listRules, suppressFindings, unsuppressFindings } from './commands/suppress.ts';
import { showFinding } from './commands/show.ts';

export type { LocalFindings, OpenLocalFindings } from './commands/where.ts';
export { exitCodeOf, failOnFrom, failOnOptions } from './commands/fail-on.ts';
export { reportToServer } from './commands/report-to-server.ts';
export { severityCell } from './commands/severity-style.ts';

/** The verbs of findings/: they ask a server, or this computer's own state folder, which is opened by `openLocal`. */
export function findingsCommands(openLocal: OpenLocalFindings): readonly Command[] {
  const verbs = [
    listFindings,
    showFinding,
    acceptFinding,
    reopenFinding,
    suppressFindings,
    unsuppressFindings,
    listRules,
    approveFindings,
    compareFindingRuns,
    listFindingRuns,
    exportFindings,
  ];
  return verbs.map((verb) => verb(openLocal));
}
