import type { Command } from '../../base/commands/command.ts';
import { commonOptions } from '../program.ts';

/** What can follow the words of one verb, or of a family of verbs. */
export interface Row {
  /** `''` for no word yet, `account`, `account password`. */
  readonly path: string;
  /** The words that may come next. */
  readonly words: readonly string[];
  readonly options: readonly string[];
  /** Those of the options whose value is a file or folder of this computer, and those with any other value. */
  readonly fileOptions: readonly string[];
  readonly valueOptions: readonly string[];
  readonly takes: Takes;
}

/** What its arguments name: nothing that could be completed, files here, files in Holdfast, or either. */
export type Takes = 'nothing' | 'local' | 'remote' | 'both';

const FILES = new Set(['FILE', 'DIR']);

/** One row for every verb and family of verbs, the empty one first. */
export function completionTable(commands: readonly Command[]): Row[] {
  const nexts = new Map<string, Set<string>>([['', new Set()]]);
  for (const { path } of commands) {
    for (const [depth, word] of path.entries()) {
      const above = path.slice(0, depth).join(' ');
      nexts.set(above, (nexts.get(above) ?? new Set()).add(word));
    }
  }
  const families = [...nexts].map(([path, words]): Row => {
    return { path, words: [...words], options: ['--help'], fileOptions: [], valueOptions: [], takes: 'nothing' };
  });
  const verbs = commands.map((command): Row => {
    const options = [...(command.options ?? []), ...commonOptions];
    const spelled = (chosen: typeof options): string[] =>
      chosen.flatMap(({ name, short }) => [`--${name}`, ...(short ? [`-${short}`] : [])]);
    return {
      path: command.path.join(' '),
      words: [],
      options: [...spelled(options), '--help'],
      fileOptions: spelled(options.filter(({ value }) => value !== undefined && FILES.has(value))),
      valueOptions: spelled(options.filter(({ value }) => value !== undefined && !FILES.has(value))),
      takes: takesOf(command),
    };
  });
  return [...families, ...verbs];
}

/** The arguments of all verbs go by these names; the two verbs that copy between here and there take both. */
function takesOf({ path, arguments: args = [] }: Command): Takes {
  const names = args.map(({ name }) => name);
  if (['get', 'put'].includes(path[0] ?? '')) return 'both';
  if (names.some((name) => name === 'PATH' || name === 'REMOTE')) return 'remote';
  if (names.some((name) => name === 'INPUT' || name === 'LOCAL')) return 'local';
  return 'nothing';
}
