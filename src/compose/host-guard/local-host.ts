/** The scanner of hosts as it runs on somebody's own computer: its findings and its files in one state folder. */
import { join } from 'node:path';
import { windowsFolder } from '../../config/cli-env.ts';
import { readEnvironment, settingsIn } from '../../config/index.ts';
import type { LocalHost } from '../../host/commands.ts';
import { openHostFacts, openHostFiles, openHostFirewall, platformHere, windowsPlace } from '../../host/index.ts';
import { makeDurableFolder } from '../../storage/index.ts';
import { openLocalFindings } from '../local-findings.ts';

/** Throws `config_invalid` when a setting in the environment cannot be used. */
export async function openLocalHost(stateFolder: string): Promise<LocalHost> {
  const { host: settings } = settingsIn(readEnvironment());
  await makeDurableFolder(stateFolder);
  const temporary = join(stateFolder, 'host', 'looking');
  const windows = platformHere() === 'windows' ? windowsPlace(windowsFolder(), temporary) : null;
  if (windows) await makeDurableFolder(temporary);
  const findings = await openLocalFindings(stateFolder);
  return {
    settings,
    ...(windows ? { windows } : {}),
    files: openHostFiles(stateFolder),
    firewall: openHostFirewall(stateFolder, settings),
    facts: openHostFacts(stateFolder, settings),
    findings,
    sink: findings.sink,
    stateFolder,
    ownCommand: [process.execPath, ...process.execArgv, ...process.argv.slice(1, 2)],
    [Symbol.asyncDispose]: () => findings[Symbol.asyncDispose](),
  };
}
