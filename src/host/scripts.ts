/**
 * Where the scripts lie, as they were written: beside this file in a checkout, in a folder of their own in what was built,
 * with the hashes that the release was made with.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Throws `host_scripts_changed` when one is not what the release was made with. A checkout has no such list. */
export function verifyScripts(): void {
  const list = join(FOLDER, 'SHA256SUMS');
  if (!existsSync(list)) return;
  for (const line of readFileSync(list, 'utf8').trimEnd().split('\n')) {
    const [wanted = '', path = ''] = line.split('  ');
    const file = join(FOLDER, path);
    const found = existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'missing';
    if (found !== wanted) throw hostErrors('host_scripts_changed', { attempted: `Read ${file}` });
  }
}
