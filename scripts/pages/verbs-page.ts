/** docs/verbs.md, written from what every verb says with `--help`. */
import { styles } from '../../src/cli/terminal/styles.ts';
import { commandHelp } from '../../src/cli/help/help.ts';
import { commandGroups } from '../../src/cli/index.ts';
import { entryFunctions } from '../../src/entry/functions.ts';

const OPENING = `# Verbs of the command line

Written by \`npm run docs\` from the help of each verb; a test compares. Do not edit by hand.

What is the same for all of them, and the JSON that scripts can rely on: [commands.md](commands.md).
`;

/** Wide enough for most, and narrow enough for half a screen. */
const COLUMNS = 110;
/** The same for each verb: told once. */
const COMMON = 'Options of every verb';

export async function verbsPage(): Promise<string> {
  const page = { styles: styles(false), columns: COLUMNS };
  let common: readonly string[] = [];
  const sections: string[] = [];
  for (const group of commandGroups(entryFunctions)) {
    sections.push(`## ${group.title}\n`);
    for (const command of await group.load()) {
      const help = commandHelp(command, page);
      const end = help.indexOf(COMMON);
      if (end === -1) throw new Error(`The help of ${command.path.join(' ')} lacks: ${COMMON}`);
      common = help.slice(end + 1);
      sections.push(`### ${command.path.join(' ')}\n`, fenced(help.slice(0, end)));
    }
  }
  return [OPENING, `## ${COMMON}\n`, fenced(common), ...sections].join('\n');
}

function fenced(lines: readonly string[]): string {
  return `\`\`\`text\n${lines.join('\n').trimEnd()}\n\`\`\`\n`;
}
