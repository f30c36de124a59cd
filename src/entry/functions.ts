/** What verbs of the command line get from above it; the wiring is loaded with the first that is called. */
import type { EntryFunctions } from '../cli/index.ts';

export const entryFunctions: EntryFunctions = {
  serve: async (flags, signal) => await (await import('./server.ts')).serve(flags, signal),
  doctorOffline: async (dataFolder) => await (await import('../compose.ts')).doctorOffline(dataFolder),
  moveRecords: async (move) => await (await import('../compose.ts')).moveRecordsOffline(move),
  moveWorkspaceKey: async (move) => await (await import('../compose.ts')).moveWorkspaceKeyOffline(move),
  probeStore: async (probe) => await (await import('../compose.ts')).probeStoreOffline(probe),
  auditVerifyOffline: async (dataFolder) => await (await import('../compose.ts')).auditVerifyOffline(dataFolder),
  openLocalGuard: async (folder) =>
    await (await import('../compose/bucket-guard/local-guard.ts')).openLocalGuard(folder),
  openAgent: async (folder) => await (await import('../compose/host-agent/agent.ts')).openAgent(folder),
  openLocalHost: async (folder) => await (await import('../compose/host-guard/local-host.ts')).openLocalHost(folder),
  openLocalNetwork: async () => await (await import('../compose/network-guard/local-network.ts')).openLocalNetwork(),
  openDeployment: async (stack, region) =>
    await (await import('../compose/deployment.ts')).openDeployment(stack, region),
  guardParts: async (region) => await (await import('../compose/deployment.ts')).guardParts(region),
  openLocalFindings: async (folder) => await (await import('../compose/local-findings.ts')).openLocalFindings(folder),
};
