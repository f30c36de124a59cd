/** The guard of buckets as it runs on somebody's own computer: its findings and its files in one state folder. */
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../base/clock.ts';
import {
  findTrail,
  openAwsReader,
  openAwsWriter,
  openDeployedGuard,
  openProbing,
  openStateFiles,
  openWatchedStore,
} from '../../buckets/index.ts';
import type { LocalGuard } from '../../buckets/commands.ts';
import { endpointEnvironment, readEnvironment, settingsIn } from '../../config/index.ts';
import { openStack } from '../../stacks/index.ts';
import { makeDurableFolder } from '../../storage/index.ts';
import { openLocalFindings } from '../local-findings.ts';
import { openDeployedNotices } from './deployed-notices.ts';

/** Throws `config_invalid` when a setting in the environment cannot be used. */
export async function openLocalGuard(stateFolder: string): Promise<LocalGuard> {
  const environment = readEnvironment();
  const { buckets: settings } = settingsIn(environment);
  const awsEndpoint = endpointEnvironment.flatMap((name) => environment[name] ?? [])[0] ?? null;
  const account = { endpoint: null, region: null, awsEndpoint, role: null };
  await makeDurableFolder(stateFolder);
  const findings = await openLocalFindings(stateFolder);
  return {
    settings,
    files: openStateFiles(stateFolder),
    findings,
    sink: findings.sink,
    probing: ({ endpoint }, perSecond) => openProbing(endpoint ?? awsEndpoint, settings, perSecond),
    openReader: (place) => openAwsReader({ ...place, region: null, awsEndpoint }, settings),
    openWriter: (place) => openAwsWriter({ ...place, region: null, awsEndpoint }, settings),
    openWatched: (place) => openWatchedStore({ ...place, region: null, awsEndpoint }, settings),
    openStack: (name) => openStack(name, account, (ms) => wait(ms)),
    findTrail: (region) => findTrail({ region, endpoint: awsEndpoint }),
    openDeployed: (stack) =>
      openDeployedGuard(stack, account, {
        ...{ settings, clock: systemClock, wait: (ms) => wait(ms) },
        openNotices: () => openDeployedNotices(stack, account, settings),
      }),
    openNotices: (stack) => openDeployedNotices(stack, account, settings),
    [Symbol.asyncDispose]: () => findings[Symbol.asyncDispose](),
  };
}
