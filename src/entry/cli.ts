/** What `holdfast` runs. The version is answered before anything else is loaded: scripts ask for it all the time. */
import { version } from '../base/version.ts';

const words = process.argv.slice(2);

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`holdfast ${version}\n`);
} else {
  const [{ runCli, commandGroups }, { entryFunctions }] = await Promise.all([
    import('../cli/index.ts'),
    import('./functions.ts'),
  ]);
  process.exitCode = await runCli(words, commandGroups(entryFunctions));
}
