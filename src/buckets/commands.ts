import type { Command } from '../base/commands/command.ts';
import { auditCommand } from './commands/audit.ts';
import { deployCommand } from './commands/deploy.ts';
import { discoverCommand } from './commands/discover.ts';
import { doctorCommand } from './commands/doctor.ts';
import { fixCommand } from './commands/fix.ts';
import type { OpenLocalGuard } from './commands/guard.ts';
import { noticeCommands } from './commands/notices.ts';
import { undoCommand } from './commands/undo.ts';
import { watchCommand } from './commands/watch.ts';

export { watchedFrom } from './commands/watch.ts';
export type { DeployedNotices, LocalGuard, OpenLocalGuard } from './commands/guard.ts';

/** The verbs of buckets/: they run in this process with the rights of whoever calls them, and need no server. */
export function bucketCommands(openLocal: OpenLocalGuard): readonly Command[] {
  const verbs = [
    auditCommand,
    fixCommand,
    undoCommand,
    deployCommand,
    doctorCommand,
    discoverCommand,
    ...noticeCommands,
    watchCommand,
  ];
  return verbs.map((verb) => verb(openLocal));
}
