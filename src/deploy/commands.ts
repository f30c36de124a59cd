import type { Command } from '../base/commands/command.ts';
import { awsCommand } from './commands/aws.ts';
import type { GuardParts, OpenDeployment } from './commands/deployment.ts';

export type { GuardParts, OpenDeployment } from './commands/deployment.ts';

/** The verbs of deploy/: they run in this process with the rights of whoever calls them, and need no server. */
export function deployCommands(openDeployment: OpenDeployment, guardParts: GuardParts): readonly Command[] {
  return [awsCommand(openDeployment, guardParts)];
}
