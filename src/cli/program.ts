import { Command as Program, CommanderError, Option } from 'commander';
import type { Command, CommandInput, CommandOption } from '../base/commands/command.ts';
import { commandErrors } from '../base/commands/errors.ts';

/** A command line that was understood. */
export interface Parsed {
  readonly command: Command;
  readonly input: CommandInput;
}

export const commonOptions: readonly CommandOption[] = [
  { name: 'json', about: 'One JSON value on stdout; a problem is one JSON object on stderr' },
  { name: 'quiet', about: 'No notes and no progress' },
  { name: 'server', value: 'URL', about: 'The server to ask (default: HOLDFAST_URL, else the last login)' },
];

/** Reads `words`, which start with the verb. Throws `usage_invalid`; touches nothing. */
export function parseCommandLine(commands: readonly Command[], words: readonly string[]): Parsed {
  let parsed: Parsed | undefined;
  const root = quiet(new Program('holdfast'));
  const families = new Map<string, Program>();
  for (const command of commands) {
    let parent = root;
    for (const [depth, word] of command.path.slice(0, -1).entries()) {
      const path = command.path.slice(0, depth + 1).join(' ');
      const family = families.get(path) ?? quiet(new Program(word));
      if (!families.has(path)) parent.addCommand(family);
      families.set(path, family);
      parent = family;
    }
    parent.addCommand(leaf(command, (input) => (parsed = { command, input })));
  }
  try {
    root.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw commandErrors('usage_invalid', {
      attempted: `Run holdfast ${verbOf(commands, words)}`,
      detail: error.message.replace(/^error: /, '').replaceAll('\n', ' '),
      remedy: `Run: holdfast ${verbOf(commands, words)} --help`,
    });
  }
  if (!parsed) throw new TypeError('commander has run no command');
  return parsed;
}

/** The verb in `words` as far as it is one of `commands`; nothing else of a command line is repeated to anyone. */
function verbOf(commands: readonly Command[], words: readonly string[]): string {
  const found = findCommand(commands, words);
  return found ? found.path.join(' ') : (words[0] ?? '');
}

export function findCommand(commands: readonly Command[], words: readonly string[]): Command | undefined {
  return commands.find(({ path }) => path.every((word, index) => words[index] === word));
}

function leaf(command: Command, run: (input: CommandInput) => void): Program {
  const program = quiet(new Program(command.path.at(-1)));
  for (const { name, optional, many } of command.arguments ?? []) {
    const inner = many ? `${name}...` : name;
    program.argument(optional ? `[${inner}]` : `<${inner}>`);
  }
  for (const option of [...(command.options ?? []), ...commonOptions]) {
    const flags = [option.short && `-${option.short}`, `--${option.name}`].filter(Boolean).join(', ');
    const added = new Option(option.value ? `${flags} <${option.value}>` : flags);
    if (option.many) added.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    program.addOption(added);
  }
  program.action(() => run(inputOf(command, program.processedArgs, program.opts())));
  return program;
}

function inputOf(command: Command, args: readonly unknown[], values: Record<string, unknown>): CommandInput {
  const known = new Set([...(command.options ?? []), ...commonOptions].map(({ name }) => name));
  const valueOf = (option: string): unknown => {
    if (!known.has(option)) throw new TypeError(`The command "${command.path.join(' ')}" declares no --${option}`);
    return values[option.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
  };
  return {
    args: args.flat().filter((each) => typeof each === 'string'),
    text(option) {
      const value = valueOf(option);
      return typeof value === 'string' ? value : undefined;
    },
    list(option) {
      const value = valueOf(option);
      return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
    },
    flag: (option) => valueOf(option) === true,
  };
}

/** commander parses; speaking and exiting are ours. */
function quiet(program: Program): Program {
  return program
    .helpOption(false)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut() {}, writeErr() {}, outputError() {} })
    .showSuggestionAfterError(true);
}
