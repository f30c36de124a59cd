/** Stacks in the account that the AWS configuration of whoever calls a verb names. */
import { setTimeout as wait } from 'node:timers/promises';
import type { GuardPackage } from '../buckets/index.ts';
import { endpointEnvironment, readEnvironment } from '../config/index.ts';
import { openStack, type Stack } from '../stacks/index.ts';

export async function openDeployment(name: string, region?: string): Promise<Stack> {
  const environment = readEnvironment();
  const awsEndpoint = endpointEnvironment.flatMap((each) => environment[each] ?? [])[0] ?? null;
  return await openStack(name, { region: region ?? null, awsEndpoint }, (ms) => wait(ms));
}

export async function guardParts(): Promise<GuardPackage> {
  return await (await import('../buckets/index.ts')).guardPackage();
}
