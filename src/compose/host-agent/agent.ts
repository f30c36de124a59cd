/** The agent as it runs on a host: everything it keeps in one state folder. */
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { agentErrors, openAgentFiles, openSpool, scanInProcess } from '../../agent/index.ts';
import type { AgentGround } from '../../agent/commands.ts';
import { runNetwork } from './agent-network.ts';
import { runBuckets } from './agent-buckets.ts';
import { hasCode } from '../../base/errors.ts';
import { readEnvironment, settingsIn } from '../../config/index.ts';
import { detectSystem, needTrustedState } from '../../host/index.ts';
import { makeDurableFolder, openDataLock } from '../../storage/index.ts';

/** Throws `config_invalid` when a setting in the environment cannot be used. */
export async function openAgent(stateFolder: string): Promise<AgentGround> {
  const { agent: settings, host: hostSettings } = settingsIn(readEnvironment());
  const files = openAgentFiles(stateFolder);
  const { hostId, hostname } = detectSystem('');
  // Who could write there could have another host reported for this one.
  if (existsSync(stateFolder)) needTrustedState(stateFolder);
  return {
    ...{ settings, hostSettings, files, spool: openSpool(stateFolder), host: { hostId, hostname } },
    time: { passedMs: () => performance.now(), wait: (ms, signal) => wait(ms, undefined, { signal }) },
    random: Math.random,
    runBuckets,
    runNetwork,
    scan: (job, signal) => scanInProcess(job, settings, signal),
    async hold() {
      await makeDurableFolder(files.folder);
      needTrustedState(files.folder);
      try {
        return await openDataLock(files.folder);
      } catch (error) {
        if (!hasCode(error, 'data_in_use')) throw error;
        const by = error.detail === undefined ? {} : { detail: error.detail };
        throw agentErrors('agent_running', { attempted: `Use ${files.folder}`, ...by, cause: error });
      }
    },
  };
}
