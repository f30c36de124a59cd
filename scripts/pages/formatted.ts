/** Pages that are written by a program go through the same formatter as those written by hand. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** `path` tells the formatter what kind of text it is. */
export function formatted(path: string, text: string): string {
  const oxfmt = join(ROOT, 'node_modules/oxfmt/bin/oxfmt');
  const { stdout, stderr, status } = spawnSync(process.execPath, [oxfmt, `--stdin-filepath=${path}`], {
    cwd: ROOT,
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Format ${path}: ${stderr}`);
  return stdout;
}
