/** The guard of buckets beside a workspace, which tells what the guard tells: one that is there, or one that is made with it. */
import { deployableState, deployStack, type Stack } from '../../stacks/index.ts';
import { deployErrors } from '../errors.ts';
import type { Way, DeployedBeside, GuardParts } from './deployment.ts';

export interface GuardStack {
  readonly name: string;
  /** Who is told, should it be made; `undefined`: that is not known. */
  readonly email: string | undefined;
  readonly guardParts: GuardParts;
}

/** What a plan goes by while there is no queue yet. */
const LATER = 'known-once-it-is-made';

/** One that is there is left as it is: `buckets deploy` brings it along. Throws `deploy_guard_missing`, `guard_not_built`, `stack_failed`. */
export async function deployGuard(
  { context, openDeployment, applies, replaces, pause }: Way,
  { name, email, guardParts }: GuardStack,
): Promise<DeployedBeside> {
  await using stack = await openDeployment(name);
  const { account, region } = stack;
  const before = await deployableState(stack, { name, replaces, wait: pause });
  if (before !== null && before.status !== 'REVIEW_IN_PROGRESS') {
    return { stack: name, region, changes: [], lines: [], parameters: await linkOf(stack, name) };
  }
  const attempted = `Make the guard ${name}`;
  if (email === undefined)
    throw deployErrors('deploy_guard_missing', { attempted, detail: 'say who is told: --email' });
  const { template, code, codeKey, trail } = await guardParts(region);
  const bucket = `holdfast-guard-${account}-${region}`;
  const { changes, lines } = await deployStack(context, stack, {
    ...{ template, bucket, applies, isShown: true, pause },
    parameters: {
      ...{ AlertEmail: email, CodeBucket: bucket, CodeKey: codeKey },
      ...(trail === null ? {} : { TrailArn: trail }),
    },
    files: [{ key: codeKey, bytes: code, type: 'application/zip' }],
  });
  const parameters = applies
    ? await linkOf(stack, name)
    : linkTo(stack, `https://sqs.${region}.amazonaws.com/${account}/${LATER}`, LATER);
  return { stack: name, region, changes, lines, parameters };
}

/** Throws `deploy_guard_missing`. */
async function linkOf(stack: Stack, name: string): Promise<Readonly<Record<string, string>>> {
  const { WorkspaceQueue: queue, Key: keyId } = (await stack.resources()) ?? {};
  if (queue !== undefined && keyId !== undefined) return linkTo(stack, queue, keyId);
  throw deployErrors('deploy_guard_missing', { attempted: `Look for the queue of ${name}` });
}

/** By parameter of the template. */
function linkTo({ account, region }: Stack, queue: string, keyId: string): Readonly<Record<string, string>> {
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return {
    GuardQueue: queue,
    GuardQueueArn: `arn:${partition}:sqs:${region}:${account}:${queue.slice(queue.lastIndexOf('/') + 1)}`,
    GuardKeyArn: `arn:${partition}:kms:${region}:${account}:key/${keyId}`,
  };
}
