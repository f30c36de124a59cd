// A checkout runs what `npm ci` built of it, because one file of plain JavaScript starts in half the time of several
// hundred TypeScript ones; and it runs its sources as soon as one of them has changed since. Plain JavaScript, for
// the start that reads it and for the build that writes the mark.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { existsSync, readdirSync, readFileSync, statSync } = process.getBuiltinModule('node:fs');

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILT = new URL('../../dist/', import.meta.url);
const MARK = new URL('built-from.txt', BUILT);

/** What the verbs of age are built from is little, and a small file is encrypted in less time than all sources are looked at. */
const MARK_OF = { 'age.cjs': new URL('built-from-age.txt', BUILT) };

/** What the built program was made from besides src/: its dependencies, and how they are bundled. */
const BESIDE_SOURCES = [
  'package.json',
  'package-lock.json',
  'deploy/aws/boot.sh',
  'deploy/aws/guard.yaml',
  'deploy/aws/workspace.yaml',
  'deploy/systemd/holdfast.service',
  'scripts/build.ts',
  'scripts/bundle/changes.ts',
  'scripts/bundle/one-file.ts',
];

/**
 * The URL of the folder of the built program, when it was made from the sources as they are; else `null`. Of a `file`
 * with a mark of its own, only what went into that is looked at.
 */
export function builtFolder(file) {
  try {
    const mark = MARK_OF[file];
    if (mark === undefined) return readFileSync(MARK, 'utf8') === stateOfSources() ? BUILT : null;
    const lines = readFileSync(mark, 'utf8').split(/(?<=\n)/);
    return lines.every((line) => stateOf(pathIn(line)) === line) ? BUILT : null;
  } catch {
    return null;
  }
}

/** There is a build, and it is of other sources than these: as after `git pull` alone. */
export function isBuildOld() {
  return existsSync(MARK) && builtFolder() === null;
}

/** Path, size and modification time of every file that a build reads, one a line: what the mark holds. */
export function stateOfSources() {
  const lines = BESIDE_SOURCES.map(stateOf);
  // By hand, since every start waits for it: a recursive listing takes three times as long.
  const walk = (folder) => {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (/(?<!\.test)\.([jt]s|sh|tsv|txt)$/.test(entry.name)) lines.push(stateOf(path));
    }
  };
  walk('src');
  return lines.toSorted().join('');
}

/** The lines of `state` that tell of these paths, and of what every build is made from besides src/. */
export function partOfState(state, paths) {
  const wanted = new Set([...paths, ...BESIDE_SOURCES]);
  const lines = state.split(/(?<=\n)/).filter((line) => wanted.has(pathIn(line)));
  return lines.join('');
}

function pathIn(line) {
  return line.slice(0, line.indexOf(' '));
}

function stateOf(path) {
  const { size, mtimeMs } = statSync(ROOT + path);
  return `${path} ${size} ${mtimeMs}\n`;
}
