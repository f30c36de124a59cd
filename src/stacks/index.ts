/**
 * stacks/ plans a stack of CloudFormation, shows what would change, makes it so and watches it. What is in the template it
 * does not know: the guard of buckets and the workspace itself are deployed by it.
 */
export { stackErrors } from './errors.ts';
export { deployStack, type Deployed, type Deployment } from './deploy-stack.ts';
export { openStack, type StackPlace } from './formation.ts';
export { deployableState } from './replace-failed.ts';
export type { PlannedChange, Stack, StackFile, StackState } from './stack.ts';
