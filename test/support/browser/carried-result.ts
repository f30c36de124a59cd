/** A result as somebody carries it here: made by the real archive, run by the bash of this machine on a folder that stands for `/`. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { settingsOf } from '../../../src/base/settings.ts';
import { bundleArchive } from '../../../src/host/bundle/archive.ts';
import { shippedChecks } from '../../../src/host/checks/load.ts';
import { hostSettings } from '../../../src/host/settings.ts';

const RIGHT = 'KRN-07';
/** Fails, and can be mended by a command. */
const MENDABLE = 'ACC-03';
/** Its script is another one in the archive than here. */
export const CHANGED = 'ACC-02';
/** Is in the archive alone. */
export const OWN = 'OWN-01';

/** Resolves to the path of the file. `hostname` is what the host calls itself. */
export async function carriedResult(folder: string, hostname: string): Promise<string> {
  // The archive runs from no folder that others can write.
  chmodSync(folder, 0o755);
  const root = join(folder, 'root');
  const file = (path: string, text: string): string => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
    return join(root, path);
  };
  file('etc/os-release', 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n');
  file('etc/hostname', `${hostname}\n`);
  file('etc/machine-id', '0123456789abcdef0123456789abcdef\n');
  chmodSync(file('etc/passwd', 'root:x:0:0::/root:/bin/bash\ntoor:x:0:0::/root:/bin/bash\n'), 0o666);
  const shipped = new Map(shippedChecks('linux').map((script) => [script.header.id, script]));
  const [right, changed, mendable] = [RIGHT, CHANGED, MENDABLE].map((id) => shipped.get(id));
  assert.ok(right && changed && mendable);
  const text = readFileSync(changed.path, 'utf8');
  const checks = [
    right,
    mendable,
    { ...changed, path: file(`own/${CHANGED}.sh`, `${text}# of another version\n`) },
    {
      header: { ...right.header, id: OWN },
      path: file(`own/${OWN}.sh`, 'detect() { pass; }\n'),
    },
  ];
  const input = bundleArchive(checks, 'linux', { version: '0.1.0', settings: settingsOf(hostSettings) });
  execFileSync('tar', ['-xzf', '-', '-C', folder], { input });
  const words = [join(folder, 'holdfast-scan/holdfast-scan.sh'), '--root', root];
  const { stderr } = await promisify(execFile)('/bin/bash', words, { cwd: '/', env: {} });
  const path = /^The result is in (.*)$/m.exec(stderr)?.[1];
  assert.ok(path !== undefined, stderr);
  return path;
}
