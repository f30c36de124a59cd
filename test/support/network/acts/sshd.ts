/** Debian's sshd, unpacked and not installed, in namespaces of its own for network and mounts. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADDRESS } from '../labs/captured-wire.ts';
import { listens } from './listens.ts';

const SSHD = join(import.meta.dirname, '../../../../.services/openssh-server/sshd');

/** Where hydra guesses. */
export const guessedSshPort = 2222;

export const missingForSshd = (): string[] => [SSHD, '/usr/bin/ssh-keygen'].filter((path) => !existsSync(path));

export interface Account {
  readonly name: string;
  /** As crypt(3) writes it. */
  readonly hash: string;
}

/** What sshd expects of a machine: a folder for its unprivileged half, an account for that, and those that may log in. */
export function prepareForSshd(folder: string, accounts: readonly Account[] = []): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', '/run']);
  execFileSync('mkdir', ['-m', '0755', '/run/sshd']);
  const line = ({ name }: Account): string => `${name}:x:1106:65534::/tmp:/bin/sh\n`;
  const more = `sshd:x:1105:65534::/run/sshd:/usr/sbin/nologin\n${accounts.map(line).join('')}`;
  replaceLines(folder, 'passwd', more, 0o644);
  replaceLines(folder, 'shadow', accounts.map(({ name, hash }) => `${name}:${hash}:20000::::::\n`).join(''), 0o600);
}

function replaceLines(folder: string, name: string, more: string, mode: number): void {
  const own = join(folder, name);
  writeFileSync(own, `${readFileSync(`/etc/${name}`, 'utf8')}${more}`, { mode });
  execFileSync('mount', ['--bind', own, `/etc/${name}`]);
}

/** Resolves when it listens. `host`: the file of its key, which is made where it is not there. */
export async function startSshd(
  folder: string,
  {
    port,
    host,
    settings = [],
  }: { readonly port: number; readonly host: string; readonly settings?: readonly string[] },
): Promise<ChildProcess> {
  if (!existsSync(host)) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', host]);
  const common = [`HostKey ${host}`, 'UsePAM no', 'PidFile none', 'StrictModes no', 'LogLevel QUIET'];
  const file = join(folder, `sshd-${port}`);
  writeFileSync(file, `${[...common, `Port ${port}`, `ListenAddress ${ADDRESS}`, ...settings].join('\n')}\n`);
  const server = spawn(SSHD, ['-D', '-f', file], { stdio: 'ignore' });
  await listens(port);
  return server;
}
