import type { Command, CommandContext } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { completePaths } from '../../files/commands.ts';
import { completionScript, shells } from './completion-scripts.ts';
import { completionTable } from './completion-table.ts';

/** Whoever pressed a key waits for the answer; without one in this time there is none. */
const PATIENCE_MS = 1000;

export function completionCommands(everything: () => Promise<readonly Command[]>): readonly Command[] {
  return [completion(everything)];
}

const completion = (everything: () => Promise<readonly Command[]>): Command => ({
  path: ['completion'],
  summary: 'Let the shell complete verbs, options and names',
  description:
    'Prints a script for the shell, which completes verbs, options and files of this computer, and asks the server of the\nlast login for names in your drive. "paths" is what that script asks: it prints what a path may go on to, within a\nsecond, and nothing at all where it cannot know.',
  examples: [
    { run: 'source <(holdfast completion bash)', does: 'In ~/.bashrc; for zsh the same in ~/.zshrc, with zsh' },
    { run: 'holdfast completion fish > ~/.config/fish/completions/holdfast.fish', does: 'For fish, once' },
    { run: 'holdfast completion paths /photos/2', does: 'What the script asks' },
  ],
  arguments: [
    { name: 'SHELL', about: `${shells.join(', ')}; or paths` },
    { name: 'START', about: 'With paths: the beginning of a path', optional: true },
  ],
  async run(context, input) {
    const [what, start = ''] = input.args;
    if (what === 'paths') {
      const paths = await withinPatience(context, start);
      context.terminal.show({ paths }, () => paths);
      return;
    }
    const shell = shells.find((each) => each === what);
    if (!shell) throw commandErrors('usage_invalid', { detail: `a shell is one of ${shells.join(', ')}` });
    const script = completionScript(shell, completionTable(await everything()));
    context.terminal.show({ shell, script }, () => script.trimEnd().split('\n'));
  },
});

/** Whatever goes wrong, nothing is said: it would appear in the middle of the line that somebody types. */
async function withinPatience(context: CommandContext, start: string): Promise<readonly string[]> {
  const late = Promise.withResolvers<readonly string[]>();
  const timer = setTimeout(() => late.resolve([]), PATIENCE_MS);
  try {
    return await Promise.race([completePaths(context, start), late.promise]);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}
