/** The bucket for second copies in another Region, by a stack there: CloudFormation makes nothing in two Regions by one. */
import { deployableState, deployStack, stackErrors, type Stack } from '../../stacks/index.ts';
import type { Way, DeployedBeside } from './deployment.ts';

export interface CopiesStack {
  /** The stack of the workspace. */
  readonly workspace: string;
  /** The Region of the workspace. */
  readonly home: string;
  /** That of the copies. */
  readonly region: string;
  readonly template: string;
  /** Those that are `null` stay as they were. */
  readonly parameters: { readonly LockDays: string | null; readonly ArchiveAfterDays: string | null };
}

/** What a plan goes by while there is no bucket yet. */
const LATER = 'known-once-it-is-made';

/** `home`: the Region of the workspace, since another one may have the same name in another Region. */
export const copiesStackOf = (workspace: string, home: string): string => `${workspace}-copies-of-${home}`;

/** Throws `stack_failed`. */
export async function deployCopies(
  { context, openDeployment, applies, replaces, pause }: Way,
  { workspace, home, region, template, parameters }: CopiesStack,
): Promise<DeployedBeside> {
  const name = copiesStackOf(workspace, home);
  await using stack = await openDeployment(name, region);
  await deployableState(stack, { name, replaces, wait: pause });
  const { changes, lines } = await deployStack(context, stack, {
    ...{ template, parameters, files: [], bucket: '', applies, isShown: true, pause },
  });
  const bucket = await copiesOf(stack);
  if (bucket === null && applies) {
    throw stackErrors('stack_failed', { attempted: `Deploy the stack ${name}`, detail: 'there is no bucket in it' });
  }
  return {
    ...{ stack: name, region, changes, lines },
    parameters: { BackupBucket: bucket ?? LATER, BackupRegion: region },
  };
}

/** The bucket that a stack for second copies made; `null`: there is none. */
export async function copiesOf(stack: Stack): Promise<string | null> {
  return (await stack.resources())?.['Copies'] ?? null;
}
