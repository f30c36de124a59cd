/**
 * Where the scripts lie, as they were written: beside this file in a checkout, in a folder of their own in what was built,
 * with the hashes that the release was made with.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { hostErrors } from './errors.ts';

const BUILT = join(import.meta.dirname, 'host-scripts');
const FOLDER = existsSync(BUILT) ? BUILT : import.meta.dirname;

export const scripts = {
  native: join(FOLDER, 'native'),
  prelude: join(FOLDER, 'native/prelude.sh'),
  windowsPrelude: join(FOLDER, 'native/prelude.ps1'),
  restoreRules: join(FOLDER, 'native/restore-rules.sh'),
  checks: join(FOLDER, 'checks/linux'),
  windowsChecks: join(FOLDER, 'checks/windows'),
  probes: join(FOLDER, 'probes/linux'),
  windowsProbes: join(FOLDER, 'probes/windows'),
  bundle: join(FOLDER, 'bundle'),
};

const LIST = 'SHA256SUMS';

/** Throws `host_scripts_changed` when one is not what the release was made with, or is not of it at all. A checkout has no such list. */
export function verifyScripts(): void {
  if (FOLDER !== BUILT) return;
  const refuse = (path: string) => hostErrors('host_scripts_changed', { attempted: `Read ${join(FOLDER, path)}` });
  if (!existsSync(join(FOLDER, LIST))) throw refuse(LIST);
  const lines = readFileSync(join(FOLDER, LIST), 'utf8').trimEnd().split('\n');
  const hashes = new Map(lines.map((line) => line.split('  ').toReversed() as [string, string]));
  const there = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll(sep, '/'));
  // A folder of checks is taken whole: one that came later would run with the others.
  const foreign = there.find((path) => /\.(?:sh|ps1)$/.test(path) && !hashes.has(path));
  if (foreign !== undefined) throw refuse(foreign);
  for (const [path, wanted] of hashes) {
    const file = join(FOLDER, path);
    const found = existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'missing';
    if (found !== wanted) throw refuse(path);
  }
}
