import type { Command, CommandOption, Styles } from '../base/command.ts';
import { count } from '../base/quantities.ts';
import type { CommandGroup } from './command-group.ts';
import { commonOptions } from './program.ts';
import { textWidth } from './text-width.ts';

/** `holdfast --help`. */
export function overview(
  groups: readonly (CommandGroup & { readonly commands: readonly Command[] })[],
  styles: Styles,
  version: string,
): string[] {
  const width = Math.max(...groups.flatMap(({ commands }) => commands.map(({ path }) => path.join(' ').length)));
  return [
    `${styles.strong('holdfast')} ${version}: encrypted, versioned, twice-kept files`,
    '',
    ...examples(
      [
        { run: 'holdfast signup http://localhost:8080 --name "Ada" --email ada@example.org', does: 'Make an account' },
        { run: 'holdfast put photos/ /backup/', does: 'Store a folder; run it again and only changes are sent' },
        { run: 'holdfast get /backup/photos .', does: 'Fetch it back' },
      ],
      styles,
    ),
    ...groups.flatMap(({ title, commands }) => [
      '',
      styles.strong(title),
      ...commands.map(({ path, summary }) => `  ${path.join(' ').padEnd(width)}  ${summary}`),
    ]),
    '',
    'Every verb has its own help: holdfast VERB --help',
    'Exit codes: 0 done, 1 a check failed, 2 wrong usage, 3 could not run, wholly or in part',
  ];
}

/** `holdfast VERB --help`: examples first. */
export function commandHelp(command: Command, styles: Styles): string[] {
  const verb = command.path.join(' ');
  const args = command.arguments ?? [];
  const usage = args.map(({ name, optional, many }) => {
    const text = many ? `${name}...` : name;
    return optional ? `[${text}]` : text;
  });
  const rows = args.map(({ name, about }) => [name, about] as const);
  return [
    `${styles.strong(`holdfast ${verb}`)}: ${command.summary}`,
    '',
    ...examples(command.examples, styles),
    '',
    styles.strong('Usage'),
    `  holdfast ${[verb, ...(command.usage === undefined ? usage : [command.usage]), '[options]'].join(' ')}`,
    ...(command.description ? ['', ...command.description.split('\n')] : []),
    ...(rows.length > 0 ? ['', styles.strong('Arguments'), ...pairs(rows)] : []),
    ...(command.options?.length ? ['', styles.strong('Options'), ...pairs(command.options.map(optionRow))] : []),
    '',
    styles.strong('Options of every verb'),
    ...pairs([...commonOptions.map(optionRow), ['    --help', 'This page']]),
  ];
}

/** `holdfast account --help`, or a family word without its second word. */
export function familyHelp(word: string, commands: readonly Command[], styles: Styles): string[] {
  const rows = commands.map(({ path, summary }) => [path.join(' '), summary] as const);
  const first = commands.flatMap(({ examples: [example] }) => example).slice(0, 3);
  return [
    `${styles.strong(`holdfast ${word}`)} has ${count(commands.length, 'verb')}`,
    '',
    ...examples(first, styles),
    '',
    ...pairs(rows),
  ];
}

function examples(list: readonly { readonly run: string; readonly does: string }[], styles: Styles): string[] {
  return list.flatMap(({ run, does }) => [`  ${styles.faint(`# ${does}`)}`, `  ${run}`]);
}

function optionRow(option: CommandOption): readonly [string, string] {
  const short = option.short ? `-${option.short}, ` : '    ';
  const value = option.value ? ` ${option.value}` : '';
  return [`${short}--${option.name}${value}`, option.many ? `${option.about} (may be repeated)` : option.about];
}

function pairs(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(32, Math.max(...rows.map(([left]) => textWidth(left))));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
