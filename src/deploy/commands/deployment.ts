/** What the verbs of deploy/ work with. */
import type { Stack } from '../../stacks/index.ts';

/** Opens a stack of this name in the account of the AWS configuration. Throws `stack_no_credentials`, `stack_failed`. */
export type OpenDeployment = (stack: string) => Promise<Stack>;
