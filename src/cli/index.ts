/**
 * The command line: finds the verb, reads its options, runs it, and says how it went. Verbs themselves live in the
 * features' `commands.ts`; here is only what all of them share.
 */
import { homedir } from 'node:os';
import { systemClock } from '../base/clock.ts';
import { commandErrors } from '../base/commands/errors.ts';
import { visibleJson } from '../base/text/visible.ts';
import { readCliEnvironment } from '../config/cli-env.ts';
import { openContext } from './context.ts';
import type { CommandGroup } from './command-group.ts';
import { openPrompts } from './terminal/prompts.ts';
import { findCommand, parseCommandLine } from './program.ts';
import { groupOf, showHelp, showHelpOf, showOverview } from './help/show-help.ts';
import { INTERRUPTED, listenForSignals, READER_LEFT, watchOutput } from './terminal/signals.ts';
import { errorLines, errorProblem, exitCodeOf } from './show-error.ts';
import { styles } from './terminal/styles.ts';
import { openTerminal } from './terminal/terminal.ts';

export { openApiClient } from './client/api-client.ts';
export { ageGroup } from './verbs/age-group.ts';
export { commandGroups } from './catalog.ts';
export type { DoctorReport, EntryFunctions, ServeFlags } from './entry-functions.ts';

/** Runs one command line (without `node` and the script) in this process, of the verbs in `groups`; resolves with the exit code. */
export async function runCli(words: readonly string[], groups: readonly CommandGroup[]): Promise<number> {
  // What comes after `--` is never an option of ours.
  const options = words.slice(0, words.includes('--') ? words.indexOf('--') : words.length);
  const json = options.includes('--json');
  const environment = readCliEnvironment({ homeFolder: homedir(), platform: process.platform });
  const terminal = openTerminal({
    stdout: process.stdout,
    stderr: process.stderr,
    json,
    quiet: options.includes('--quiet'),
    noColor: environment.noColor,
    clock: systemClock,
  });
  const errorStyles = styles(Boolean(process.stderr.isTTY) && !environment.noColor);
  const abort = new AbortController();
  using _signals = listenForSignals(abort);
  const output = watchOutput(abort);

  const run = async (): Promise<number> => {
    // Options may stand before the verb as well.
    const verbAt = words.findIndex((word, at) => !word.startsWith('-') && words[at - 1] !== '--server');
    const ordered = verbAt < 1 ? words : [words[verbAt] ?? '', ...words.slice(0, verbAt), ...words.slice(verbAt + 1)];
    if (verbAt < 0 || options[0] === 'help') {
      const asked = options.slice(1);
      if (asked.length > 0) return await showHelp(asked, groups, terminal);
      return await showOverview(words, groups, terminal);
    }
    const group = groupOf(ordered[0] ?? '', groups);
    const commands = await group.load();
    if (options.includes('--help') || options.includes('-h') || !findCommand(commands, ordered)) {
      return showHelpOf(ordered, commands, options.includes('--help') || options.includes('-h'), terminal);
    }
    const { command, input } = parseCommandLine(commands, ordered);
    using context = openContext({
      terminal,
      prompts: openPrompts(process.stdin, process.stderr, abort.signal, process.stdout),
      signal: abort.signal,
      clock: systemClock,
      environment,
      workingFolder: process.cwd(),
      server: input.text('server'),
    });
    return (await command.run(context, input)) ?? 0;
  };

  try {
    const code = await run();
    if (!(await output.written())) throw commandErrors('output_lost');
    return code;
  } catch (error) {
    const lost = output.failure();
    if (lost === READER_LEFT) return READER_LEFT;
    const interrupted = abort.signal.aborted && lost === null;
    const shown = lost ?? (interrupted ? commandErrors('interrupted') : error);
    if (json) process.stderr.write(`${visibleJson(errorProblem(shown))}\n`);
    else for (const line of errorLines(shown, errorStyles)) terminal.warn(line);
    return interrupted ? INTERRUPTED : exitCodeOf(shown);
  } finally {
    // An open stdin (a terminal that was asked on) would keep the program alive.
    process.stdin.unref?.();
  }
}
