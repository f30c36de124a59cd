/** Stacks in the account that the AWS configuration of whoever calls a verb names. */
import { setTimeout as wait } from 'node:timers/promises';
import { endpointEnvironment, readEnvironment } from '../config/index.ts';
import { openStack, type Stack } from '../stacks/index.ts';

export async function openDeployment(name: string): Promise<Stack> {
  const environment = readEnvironment();
  const awsEndpoint = endpointEnvironment.flatMap((each) => environment[each] ?? [])[0] ?? null;
  return await openStack(name, { region: null, awsEndpoint }, (ms) => wait(ms));
}
