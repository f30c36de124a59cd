/**
 * Rules of the house that neither linter nor compiler knows: names that say nothing, files that grew past reading,
 * checks silenced in a comment, a lock file that names a host, a pipe whose reader leaves early.
 *
 * `node scripts/check-house.ts` prints every breach as `path:line: reason` and exits 1 when there is one.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const MAX_LINES = 400;
const SAYS_NOTHING = /^(utils?|helpers?|misc|managers?|common)$/;
const CODE = /\.(tsx?|js|css)$/;
const INSTALLER = /^scripts\/.*\.sh$/;
/** Commands that close the pipe before what writes into it is done. */
const LEAVES_EARLY = /\|\s*(head\b|grep\s+-[a-zA-Z]*[qm])/;

/** Built from halves, so that this file does not find itself. */
const SILENCERS = [
  ['@ts-', 'ignore'],
  ['@ts-', 'nocheck'],
  ['@ts-', 'expect-error'],
  ['oxlint-', 'disable'],
  ['eslint-', 'disable'],
  ['oxfmt-', 'ignore'],
];
const LEFTOVERS = [
  ['TO', 'DO'],
  ['FIX', 'ME'],
  ['not ', 'implemented yet'],
  ['for ', 'now,'],
];

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Every breach in these files, as `path:line: reason`. */
export function breaches(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [...nameBreaches(file.path), ...textBreaches(file)]);
}

function nameBreaches(path: string): string[] {
  const words = path.split('/').map((segment) => segment.replace(/\..*$/, ''));
  return words
    .filter((word) => SAYS_NOTHING.test(word))
    .map(
      (word) => `${path}:1: "${word}" says nothing about what is inside; name the file after the one thing it explains`,
    );
}

function textBreaches({ path, text }: SourceFile): string[] {
  if (basename(path) === 'package-lock.json') return hostsInLockFile(path, text);
  if (INSTALLER.test(path)) return pipesLeftEarly(path, text);
  if (!CODE.test(path)) return [];
  const lines = text.split('\n');
  const found: string[] = [];
  if (lines.length - 1 > MAX_LINES) {
    found.push(
      `${path}:${MAX_LINES + 1}: ${lines.length - 1} lines, the ceiling is ${MAX_LINES}; split it by what it explains`,
    );
  }
  for (const [index, line] of lines.entries()) {
    for (const silencer of SILENCERS) {
      if (line.includes(silencer.join('')))
        found.push(`${path}:${index + 1}: ${silencer.join('')} silences a check; mend the cause`);
    }
    for (const leftover of LEFTOVERS) {
      if (line.includes(leftover.join('')))
        found.push(`${path}:${index + 1}: "${leftover.join('')}" marks work that is not done`);
    }
  }
  return found;
}

/** A lock file with download addresses ties every reader to one registry; `.npmrc` leaves them out. */
function hostsInLockFile(path: string, text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) =>
    line.includes('"resolved":')
      ? [`${path}:${index + 1}: names a download address; run npm install with the .npmrc of this folder`]
      : [],
  );
}

/**
 * Under `set -o pipefail` a writer whose reader is gone ends the whole script with 141, now and then: whether it had
 * written everything by then is chance.
 */
function pipesLeftEarly(path: string, text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      LEAVES_EARLY.test(line)
        ? [`${path}:${index + 1}: the pipe is left before its end; read it whole (sed -n 1p, grep >/dev/null)`]
        : [],
    );
}

/** What git tracks or would track, so that build output and data never count. */
function filesOfTheHouse(): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const paths = listed
    .split('\0')
    .filter((path) => /\.(tsx?|js|css|json|sh)$/.test(path) && !path.startsWith('test/vectors/'));
  return paths
    .filter((path) => existsSync(join(ROOT, path)))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

if (import.meta.main) {
  const found = breaches(filesOfTheHouse());
  for (const breach of found) console.error(breach);
  process.exitCode = found.length > 0 ? 1 : 0;
}
