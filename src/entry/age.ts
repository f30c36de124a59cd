/** `encrypt` and `decrypt` as one file, dist/age.cjs: most of the time of a small file would go into loading the rest. */
import { ageGroup, runCli } from '../cli/index.ts';

/** Resolves with the exit code. `onDone` is called when what the verb needs has been loaded and run. */
export async function run(words: readonly string[], onDone: () => void): Promise<number> {
  const code = await runCli(words, [ageGroup]);
  // Kept from a mistake or a question for help, compiled code would lack all that matters, at every start to come.
  if (code === 0 && !words.includes('--help') && !words.includes('-h')) onDone();
  return code;
}
