import type { Command } from '../base/command.ts';
import { auditCommand } from './commands/audit.ts';
import { fixCommand } from './commands/fix.ts';
import type { OpenLocalGuard } from './commands/guard.ts';
import { undoCommand } from './commands/undo.ts';

export type { LocalGuard, OpenLocalGuard } from './commands/guard.ts';

/** The verbs of buckets/: they run in this process with the rights of whoever calls them, and need no server. */
export function bucketCommands(openLocal: OpenLocalGuard): readonly Command[] {
  return [auditCommand, fixCommand, undoCommand].map((verb) => verb(openLocal));
}
