/** The commands that pages show, as they stand there, and a place where they are run by a shell, line by line. */
import { globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { launcher, type CliPerson } from '../clients/cli-person.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Generated, or held against the program by tests of their own. */
const GENERATED = ['docs/commands.md', 'docs/errors.md', 'docs/settings.md', 'docs/verbs.md'];

export const documentedPages: readonly string[] = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT })
  .filter((path) => !GENERATED.includes(path) && !path.startsWith('docs/decisions/'))
  .toSorted();

export interface ShownLine {
  readonly page: string;
  /** `docs/s3.md:7`. */
  readonly at: string;
  /** One that goes over several lines is joined. */
  readonly text: string;
}

/** Lines of the blocks of `sh` in a page, without empty ones and those that are all comment. */
export function linesIn(page: string): readonly ShownLine[] {
  const shown: ShownLine[] = [];
  let isInside = false;
  let text = '';
  for (const [index, line] of readFileSync(join(ROOT, page), 'utf8').split('\n').entries()) {
    if (/^\s*```/.test(line)) {
      isInside = /^\s*```sh\s*$/.test(line);
      text = '';
      continue;
    }
    if (!isInside) continue;
    text += line.replace(/\\$/, ' ');
    if (line.endsWith('\\')) continue;
    if (!/^\s*(#|$)/.test(text)) shown.push({ page, at: `${page}:${index + 1}`, text: text.trim() });
    text = '';
  }
  return shown;
}

export interface ShellRan {
  readonly exitCode: number | null;
  /** Of both outputs. */
  readonly said: string;
}

export type Shell = (line: string) => Promise<ShellRan>;

/** A bash in the folder of a person, where `holdfast` is this checkout and `sudo` gives no more rights than there are. */
export function shellOf(person: CliPerson, env: Readonly<Record<string, string>> = {}): Shell {
  const bin = person.path('.bin');
  mkdirSync(bin);
  symlinkSync(launcher, join(bin, 'holdfast'));
  symlinkSync(launcher, person.path('holdfast'));
  writeFileSync(join(bin, 'sudo'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HOLDFAST|AWS)_/.test(name)));
  return async (line) => {
    const child = spawn('bash', ['-c', `set -o pipefail; ${line}`], {
      cwd: person.folder,
      env: {
        ...own,
        ...{ PATH: `${bin}:${process.env['PATH']}`, HOME: person.folder, XDG_CONFIG_HOME: person.configFolder },
        XDG_STATE_HOME: person.path('.local/state'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (each) => (said += each));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, said };
  };
}

/** What stands for something that a reader has, and what a line is expected to say. */
export interface PageRun {
  /** In the lines, the first in place of the second, before each is run. */
  readonly replaced?: () => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;
  /** By a part of the line: what it has to say. */
  readonly effects?: Readonly<Record<string, RegExp>>;
}
