/** What `holdfast` runs. The version is answered before anything else is loaded: scripts ask for it all the time. */
import type { EntryFunctions } from '../cli/index.ts';
import { version } from '../base/version.ts';

const words = process.argv.slice(2);

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`holdfast ${version}\n`);
} else {
  const entry: EntryFunctions = {
    serve: async (flags, signal) => await (await import('./server.ts')).serve(flags, signal),
    doctorOffline: async (dataFolder) => await (await import('../compose.ts')).doctorOffline(dataFolder),
    moveRecords: async (move) => await (await import('../compose.ts')).moveRecordsOffline(move),
    probeStore: async (probe) => await (await import('../compose.ts')).probeStoreOffline(probe),
    auditVerifyOffline: async (dataFolder) => await (await import('../compose.ts')).auditVerifyOffline(dataFolder),
    openLocalFindings: async (folder) => await (await import('../compose/local-findings.ts')).openLocalFindings(folder),
  };
  const { runCli } = await import('../cli/index.ts');
  process.exitCode = await runCli(words, entry);
}
