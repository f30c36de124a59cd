/** Stacks in the account that the AWS configuration of whoever calls a verb names. */
import { setTimeout as wait } from 'node:timers/promises';
import type { GuardPackage } from '../buckets/index.ts';
import { endpointEnvironment, readEnvironment } from '../config/index.ts';
import { openStack, type Stack } from '../stacks/index.ts';

export async function openDeployment(name: string, region?: string): Promise<Stack> {
  return await openStack(name, { region: region ?? null, awsEndpoint: awsEndpoint() }, (ms) => wait(ms));
}

/** The guard as it is deployed, and the trail that it goes by there; `null`: none records the calls, and one is made. */
export async function guardParts(region: string): Promise<GuardPackage & { readonly trail: string | null }> {
  const { findTrail, guardPackage } = await import('../buckets/index.ts');
  const { arn: trail } = await findTrail({ region, endpoint: awsEndpoint() });
  return { ...(await guardPackage()), trail };
}

function awsEndpoint(): string | null {
  const environment = readEnvironment();
  return endpointEnvironment.flatMap((each) => environment[each] ?? [])[0] ?? null;
}
