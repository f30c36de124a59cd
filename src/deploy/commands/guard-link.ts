/** What a workspace needs to hear what the guard of buckets of this account tells. */
import { deployErrors } from '../errors.ts';
import type { OpenDeployment } from './deployment.ts';

/** By parameter of the template. Throws `deploy_guard_missing`. */
export async function guardLink(
  openDeployment: OpenDeployment,
  name: string,
): Promise<Readonly<Record<string, string>>> {
  await using stack = await openDeployment(name);
  const { WorkspaceQueue: queue, Key: keyId } = (await stack.resources()) ?? {};
  if (queue === undefined || keyId === undefined) {
    throw deployErrors('deploy_guard_missing', { attempted: `Look for the queue of ${name}` });
  }
  const { account, region } = stack;
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return {
    GuardQueue: queue,
    GuardQueueArn: `arn:${partition}:sqs:${region}:${account}:${queue.slice(queue.lastIndexOf('/') + 1)}`,
    GuardKeyArn: `arn:${partition}:kms:${region}:${account}:key/${keyId}`,
  };
}
