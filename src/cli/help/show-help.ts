import type { Command, Terminal } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { nearest } from '../../base/text/nearest.ts';
import { version } from '../../base/version.ts';
import type { CommandGroup } from '../command-group.ts';
import { commandHelp, familyHelp, overview } from './help.ts';
import { findCommand } from '../program.ts';

/** The group that has the verb; suggests the nearest one when there is none. */
export function groupOf(verb: string, groups: readonly CommandGroup[]): CommandGroup {
  const group = groups.find(({ verbs }) => verbs.includes(verb));
  if (group) return group;
  const meant = nearest(
    verb,
    groups.flatMap(({ verbs }) => verbs),
  );
  throw commandErrors('usage_invalid', {
    attempted: `Run holdfast ${verb}`,
    detail: 'there is no such verb',
    remedy: meant ? `Did you mean: holdfast ${meant}` : 'All verbs: holdfast --help',
  });
}

export async function showOverview(
  words: readonly string[],
  all: readonly CommandGroup[],
  terminal: Terminal,
): Promise<number> {
  const known = ['--help', '-h', 'help', '--json', '--quiet'];
  const unknown = words.find((word) => !known.includes(word));
  if (unknown !== undefined) {
    throw commandErrors('usage_invalid', {
      attempted: `Run holdfast ${unknown}`,
      detail: 'there is no such option without a verb',
      remedy: 'All verbs: holdfast --help',
    });
  }
  const groups = await Promise.all(all.map(async (group) => ({ ...group, commands: await group.load() })));
  const verbs = groups.flatMap(({ commands }) =>
    commands.map(({ path, summary }) => ({ verb: path.join(' '), summary })),
  );
  terminal.show({ version, verbs }, () => overview(groups, terminal, version));
  // Nothing was asked for: what is shown is an answer to a mistake.
  return words.length === 0 ? 2 : 0;
}

export async function showHelp(
  words: readonly string[],
  groups: readonly CommandGroup[],
  terminal: Terminal,
): Promise<number> {
  return showHelpOf(words, await groupOf(words[0] ?? '', groups).load(), true, terminal);
}

export function showHelpOf(
  words: readonly string[],
  commands: readonly Command[],
  asked: boolean,
  terminal: Terminal,
): number {
  const command = findCommand(commands, words);
  if (command) {
    terminal.show(command, () => commandHelp(command, terminal));
    return 0;
  }
  // As far as the words name a family of verbs: "admin", "admin people".
  let known = [words[0] ?? ''];
  let family = startingWith(known, commands);
  for (const word of words.slice(1)) {
    if (word.startsWith('-')) break;
    const closer = startingWith([...known, word], family);
    if (closer.length === 0) {
      const nexts = family.flatMap(({ path }) => path.slice(known.length, known.length + 1));
      const meant = nearest(word, nexts);
      throw commandErrors('usage_invalid', {
        attempted: `Run holdfast ${known.join(' ')} ${word}`,
        detail: 'there is no such verb',
        remedy: meant
          ? `Did you mean: holdfast ${known.join(' ')} ${meant}`
          : `All of them: holdfast ${known.join(' ')} --help`,
      });
    }
    known = [...known, word];
    family = closer;
  }
  terminal.show(family, () => familyHelp(known.join(' '), family, terminal));
  return asked ? 0 : 2;
}

function startingWith(words: readonly string[], commands: readonly Command[]): readonly Command[] {
  return commands.filter(({ path }) => words.every((word, index) => path[index] === word));
}
