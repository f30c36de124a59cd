/** What a check goes by beside its own text, for whoever wants to read all that it runs. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Script } from '../running/run-check.ts';
import { scripts } from '../scripts.ts';

export interface SharedPart {
  /** `native/mysql.sh`, `checks/linux/miners.tsv`; of one's own checks the whole path. */
  readonly name: string;
  readonly script: string;
}

/** How scripts name others, and in which folder those lie: the one of the prelude, or that of whoever names them. */
const NAMED: readonly { readonly pattern: RegExp; readonly isNative: boolean; readonly ending?: string }[] = [
  { pattern: /^[ \t]*use ([\w-]+)$/gm, isNative: true, ending: '.sh' },
  { pattern: /\$\{0%\/\*\}\/([\w-]+\.\w+)/g, isNative: true },
  { pattern: /\$\{BASH_SOURCE\[0\]%\/\*\}\/([\w-]+\.\w+)/g, isNative: false },
  { pattern: /GetDirectoryName\(\$Script\), '([\w-]+\.\w+)'/g, isNative: false },
];

/**
 * Functions and data that it reads in and those that these read in, what looks beforehand at what it goes by, and at last the prelude
 * that all have. Processes and sockets are looked at by this program itself, and by a script only on a host without it.
 */
export function sharedParts({ path, header }: Pick<Script, 'path' | 'header'>): readonly SharedPart[] {
  const isWindows = header.platform === 'windows';
  const folder = isWindows ? scripts.windowsProbes : scripts.probes;
  const probes = header.probes
    .filter((name) => name !== 'processes' && name !== 'sockets')
    .map((name) => join(folder, `${name}${isWindows ? '.ps1' : '.sh'}`))
    .filter(isFile);
  const prelude = isWindows ? scripts.windowsPrelude : scripts.prelude;
  const all = new Set([path, ...probes, prelude].flatMap((each) => [...withNamed(each)]));
  all.delete(path);
  return [...all].map((each) => ({ name: shownName(each), script: readFileSync(each, 'utf8') }));
}

/** The file itself, and all that it comes to by names. */
function withNamed(path: string): ReadonlySet<string> {
  const found = new Set([path]);
  // What is added meanwhile has its turn as well.
  for (const each of found) for (const named of namedIn(each)) found.add(named);
  return found;
}

function namedIn(path: string): readonly string[] {
  const text = readFileSync(path, 'utf8');
  return NAMED.flatMap(({ pattern, isNative, ending = '' }) =>
    [...text.matchAll(pattern)].map(([, name = '']) => join(isNative ? scripts.native : dirname(path), name + ending)),
  ).filter(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function shownName(path: string): string {
  const name = relative(dirname(scripts.native), path);
  return name.startsWith('..') ? path : name;
}
