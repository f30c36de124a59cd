/** What the verbs of deploy/ work with. */
import type { CommandContext } from '../../base/commands/command.ts';
import type { PlannedChange, Stack } from '../../stacks/index.ts';

/** Opens a stack of this name in the account of the AWS configuration, in its Region or another one. Throws `stack_no_credentials`, `stack_failed`. */
export type OpenDeployment = (stack: string, region?: string) => Promise<Stack>;

/** The guard of buckets as it is deployed in a Region. Throws `guard_not_built`. */
export type GuardParts = (region: string) => Promise<{
  readonly template: string;
  readonly code: Uint8Array;
  readonly codeKey: string;
  /** ARN of a trail that records the calls there already; `null`: the guard makes one. */
  readonly trail: string | null;
}>;

/** How a stack is planned, or made once all of them were planned and shown. */
export interface Way {
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
