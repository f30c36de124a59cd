/** The built server as one file, dist/serve.cjs: the command line and all that a start needs, loaded in one piece. */
import { commandGroups, runCli } from '../cli/index.ts';
import { entryFunctions } from './functions.ts';
import { serve } from './server.ts';

/** Resolves with the exit code. `onServing` is called when the server answers. */
export async function run(words: readonly string[], onServing: () => void): Promise<number> {
  return await runCli(
    words,
    commandGroups({ ...entryFunctions, serve: (flags, signal) => serve(flags, signal, onServing) }),
  );
}
