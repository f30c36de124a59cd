import type { Command, CommandOption, Terminal } from '../../base/commands/command.ts';
import { count } from '../../base/text/quantities.ts';
import type { CommandGroup } from '../command-group.ts';
import { fold, foldAll } from '../terminal/fold.ts';
import { commonOptions } from '../program.ts';
import { textWidth } from '../terminal/text-width.ts';

type Page = Pick<Terminal, 'styles' | 'columns'>;

/** `holdfast --help`. */
export function overview(
  groups: readonly (CommandGroup & { readonly commands: readonly Command[] })[],
  page: Page,
  version: string,
): string[] {
  const { styles, columns } = page;
  const width = Math.max(...groups.flatMap(({ commands }) => commands.map(({ path }) => path.join(' ').length)));
  return [
    ...titled('holdfast', ` ${version}: encrypted, versioned, twice-kept files`, page),
    '',
    ...examples(
      [
        { run: 'holdfast signup http://localhost:8080 --name "Ada" --email ada@example.org', does: 'Make an account' },
        { run: 'holdfast put photos/ /backup/', does: 'Store a folder; run it again and only changes are sent' },
        { run: 'holdfast get /backup/photos .', does: 'Fetch it back' },
      ],
      page,
    ),
    ...groups.flatMap(({ title, commands }) => [
      '',
      styles.strong(title),
      ...pairs(
        commands.map(({ path, summary }) => [path.join(' '), summary] as const),
        columns,
        width,
      ),
    ]),
    '',
    ...fold('Every verb has its own help: holdfast VERB --help', columns),
    ...fold('Exit codes: 0 done, 1 a check failed, 2 wrong usage, 3 could not run, wholly or in part', columns),
  ];
}

/** `holdfast VERB --help`: examples first. */
export function commandHelp(command: Command, page: Page): string[] {
  const { styles, columns } = page;
  const verb = command.path.join(' ');
  const args = command.arguments ?? [];
  const usage = args.map(({ name, optional, many }) => {
    const text = many ? `${name}...` : name;
    return optional ? `[${text}]` : text;
  });
  const rows = args.map(({ name, about }) => [name, about] as const);
  return [
    ...titled(`holdfast ${verb}`, `: ${command.summary}`, page),
    '',
    ...examples(command.examples, page),
    '',
    styles.strong('Usage'),
    ...fold(
      `  holdfast ${[verb, ...(command.usage === undefined ? usage : [command.usage]), '[options]'].join(' ')}`,
      columns,
      4,
    ),
    ...(command.description ? ['', ...foldAll(command.description, columns)] : []),
    ...(rows.length > 0 ? ['', styles.strong('Arguments'), ...pairs(rows, columns)] : []),
    ...(command.options?.length
      ? ['', styles.strong('Options'), ...pairs(command.options.map(optionRow), columns)]
      : []),
    '',
    styles.strong('Options of every verb'),
    ...pairs([...commonOptions.map(optionRow), ['    --help', 'This page']], columns),
  ];
}

/** `holdfast account --help`, or a family word without its second word. */
export function familyHelp(word: string, commands: readonly Command[], page: Page): string[] {
  const rows = commands.map(({ path, summary }) => [path.join(' '), summary] as const);
  const first = commands.flatMap(({ examples: [example] }) => example).slice(0, 3);
  return [
    ...titled(`holdfast ${word}`, ` has ${count(commands.length, 'verb')}`, page),
    '',
    ...examples(first, page),
    '',
    ...pairs(rows, page.columns),
  ];
}

function titled(name: string, rest: string, { styles, columns }: Page): string[] {
  return fold(name + rest, columns).map((line) => line.replace(name, styles.strong(name)));
}

/** What is to be copied is in one line, however narrow the terminal is. */
function examples(list: readonly { readonly run: string; readonly does: string }[], page: Page): string[] {
  return list.flatMap(({ run, does }) => [
    ...fold(does, page.columns === undefined ? undefined : page.columns - 4).map(
      (line) => `  ${page.styles.faint(`# ${line}`)}`,
    ),
    `  ${run}`,
  ]);
}

function optionRow(option: CommandOption): readonly [string, string] {
  const short = option.short ? `-${option.short}, ` : '    ';
  const value = option.value ? ` ${option.value}` : '';
  return [`${short}--${option.name}${value}`, option.many ? `${option.about} (may be repeated)` : option.about];
}

const LONGEST_LEFT = 32;
/** In less than this the right side would be a thin column of single words; it stands below the left one then. */
const LEAST_RIGHT = 30;

function pairs(
  rows: readonly (readonly [string, string])[],
  columns: number | undefined,
  left = Math.min(LONGEST_LEFT, Math.max(...rows.map(([each]) => textWidth(each)))),
): string[] {
  const indent = left + 4;
  const isNarrow = columns !== undefined && columns - indent < LEAST_RIGHT;
  const at = isNarrow ? 6 : indent;
  return rows.flatMap(([name, about]) => {
    const [first = '', ...rest] = fold(about, columns === undefined ? undefined : columns - at);
    const stands = isNarrow || (columns !== undefined && textWidth(name) > left);
    return [
      ...(stands ? [`  ${name}`, ' '.repeat(at) + first] : [`  ${name.padEnd(left)}  ${first}`]),
      ...rest.map((line) => ' '.repeat(at) + line),
    ];
  });
}
