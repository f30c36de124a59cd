/** The built program, which is what people run: a checkout whose sources have changed since starts in twice the time. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { builtFolder } from '../../src/entry/built.js';

const ROOT = join(import.meta.dirname, '../..');

/** The command that starts it, built anew where the build is not of these sources. */
export function builtHoldfast(): string {
  if (builtFolder() === null) {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.ts')], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  return join(ROOT, 'holdfast');
}
