/** What the verbs of deploy/ work with. */
import type { CommandContext } from '../../base/command.ts';
import type { PlannedChange, Stack } from '../../stacks/index.ts';

/** Opens a stack of this name in the account of the AWS configuration, in its Region or another one. Throws `stack_no_credentials`, `stack_failed`. */
export type OpenDeployment = (stack: string, region?: string) => Promise<Stack>;

/** The guard of buckets as it is deployed. Throws `guard_not_built`. */
export type GuardParts = () => Promise<{
  readonly template: string;
  readonly code: Uint8Array;
  readonly codeKey: string;
}>;

/** How a stack beside that of the workspace, and before it, is planned or made. */
export interface Beside {
  readonly context: CommandContext;
  readonly openDeployment: OpenDeployment;
  readonly applies: boolean;
  readonly replaces: boolean;
  readonly pause: () => Promise<void>;
}

export interface DeployedBeside {
  readonly stack: string;
  readonly region: string;
  readonly changes: readonly PlannedChange[];
  /** The changes as a table. */
  readonly lines: readonly string[];
  /** What the workspace takes of it, by parameter of its template; placeholders while it is only planned. */
  readonly parameters: Readonly<Record<string, string>>;
}
