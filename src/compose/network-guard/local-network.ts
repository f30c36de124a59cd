/** The network analyser as it runs on somebody's own computer. */
import { join } from 'node:path';
import type { WorkspaceKey } from '../../accounts/index.ts';
import { silentLog } from '../../base/log.ts';
import { systemClock } from '../../base/clock.ts';
import { parseNetworks } from '../../base/http/addresses.ts';
import { configErrors } from '../../config/errors.ts';
import { addressFilesIn, partsOf, readConfig, readEnvironment, readFlowsUrl, settingsIn } from '../../config/index.ts';
import { findMysqlLog, platformHere } from '../../host/index.ts';
import type { LocalNetwork } from '../../network/commands.ts';
import type { FlowStore } from '../../network/index.ts';
import { makeDurableFolder } from '../../storage/index.ts';
import { openLocalFindings } from '../local-findings.ts';
import { openFlows } from './open-flows.ts';
import { snapshotIdentity } from '../keys/snapshot-identity.ts';

/** Throws `config_invalid` when a setting in the environment cannot be used. */
export async function openLocalNetwork(): Promise<LocalNetwork> {
  const environment = readEnvironment();
  return {
    settings: settingsIn(environment).network,
    ...addressFilesIn(environment),
    neverBlock: neverBlockIn(environment),
    openFlows: (stateFolder) => openFlowsHere(environment, stateFolder),
    async openFindings(stateFolder) {
      await makeDurableFolder(stateFolder);
      return await openLocalFindings(stateFolder);
    },
    archiveKeys: (dataFolder) => archiveKeysIn(dataFolder, environment),
    findMysqlLog: findMysqlLogHere,
    stdin: process.stdin,
  };
}

/** `null`: there is none that we can read. Throws `host_scripts_changed`. */
export const findMysqlLogHere: LocalNetwork['findMysqlLog'] = async (signal) => {
  // Its scripts are those of Linux.
  if (platformHere() !== 'linux') return null;
  return await findMysqlLog(signal);
};

/** Reads the workspace key and nothing else; one that AWS KMS holds is read with the records, of a server that is stopped. */
async function archiveKeysIn(
  dataFolder: string,
  environment: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const { ringInFile, workspaceKeyOf, accountErrors } = await import('../../accounts/index.ts');
  const config = readConfig({ data: dataFolder }, environment);
  const { workspaceKey: place } = config;
  const keysOf = (key: Pick<WorkspaceKey, 'derive' | 'generation'>): readonly string[] =>
    Array.from({ length: key.generation }, (_, index) =>
      snapshotIdentity((purpose) => key.derive(purpose, index + 1)).toString(),
    );
  if (place.kind === 'file') {
    const ring = await ringInFile(place.file, silentLog).read(null);
    if (ring === null)
      throw accountErrors('workspace_key_missing', {
        attempted: `Open the workspace key ${place.file}`,
      });
    return keysOf(workspaceKeyOf(ring, ''));
  }
  const { openStopped } = await import('../open-stopped.ts');
  await using stopped = await openStopped(config);
  return keysOf(stopped.workspaceKey);
}

function neverBlockIn(environment: Readonly<Record<string, string>>): readonly string[] {
  const entries = partsOf(environment['HOLDFAST_NETWORK_NEVER_BLOCK']);
  const { wrong } = parseNetworks(entries);
  if (wrong.length === 0) return entries;
  const mistake = `HOLDFAST_NETWORK_NEVER_BLOCK names “${wrong.join('”, “')}”: addresses and networks such as 192.0.2.0/24 are wanted.`;
  throw configErrors('config_invalid', { detail: mistake, extra: { mistakes: [mistake] } });
}

/** The adapter is loaded by the verb that needs it. Throws `config_invalid`, `flows_unavailable`, `flows_damaged`. */
async function openFlowsHere(environment: Readonly<Record<string, string>>, stateFolder: string): Promise<FlowStore> {
  const mistakes: string[] = [];
  const place = readFlowsUrl(
    environment['HOLDFAST_FLOWS'],
    environment['HOLDFAST_FLOWS_PASSWORD_FILE'],
    join(stateFolder, 'flows'),
    (text) => mistakes.push(text),
  );
  if (mistakes.length > 0) throw configErrors('config_invalid', { detail: mistakes.join('\n'), extra: { mistakes } });
  return await openFlows(place, { settings: settingsIn(environment).network, clock: systemClock, isServer: false });
}
