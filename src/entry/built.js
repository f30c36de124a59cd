// A checkout runs what `npm ci` built of it, because one file of plain JavaScript starts in half the time of several
// hundred TypeScript ones; and it runs its sources as soon as one of them has changed since. Plain JavaScript, for
// the start that reads it and for the build that writes the mark.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { existsSync, readdirSync, readFileSync, statSync } = process.getBuiltinModule('node:fs');

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILT = new URL('../../dist/', import.meta.url);
const MARK = new URL('built-from.txt', BUILT);

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

/** The URL of the folder of the built program, when it was made from the sources as they are; else `null`. */
export function builtFolder() {
  try {
    return readFileSync(MARK, 'utf8') === stateOfSources() ? BUILT : null;
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

function stateOf(path) {
  const { size, mtimeMs } = statSync(ROOT + path);
  return `${path} ${size} ${mtimeMs}\n`;
}
