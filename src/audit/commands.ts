import type { Command } from '../base/commands/command.ts';
import { auditExport } from './commands/export.ts';
import { auditVerify, type VerifyOffline } from './commands/verify.ts';

export type { VerifyOffline } from './commands/verify.ts';

/** The verbs of audit/. They talk to a server over its API; looking at a stopped one is handed in. */
export function auditCommands(verifyOffline: VerifyOffline): readonly Command[] {
  return [auditExport, auditVerify(verifyOffline)];
}
