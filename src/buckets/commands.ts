import type { Command } from '../base/command.ts';
import { auditCommand } from './commands/audit.ts';
import type { OpenLocalGuard } from './commands/guard.ts';

export type { LocalGuard, OpenLocalGuard } from './commands/guard.ts';

/** The verbs of buckets/: they run in this process with the rights of whoever calls them, and need no server. */
export function bucketCommands(openLocal: OpenLocalGuard): readonly Command[] {
  return [auditCommand].map((verb) => verb(openLocal));
}
