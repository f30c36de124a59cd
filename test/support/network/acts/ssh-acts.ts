/** A real sshd: a login with a key that is let in, one that is not, and passwords that are wrong. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADDRESS } from '../labs/captured-wire.ts';
import { missingForSshd, prepareForSshd, startSshd } from './sshd.ts';

/** A port for each cipher that the server is made to use, and one where logins fail. */
export const sshPorts = { chacha: 2201, gcm: 2202, ctr: 2203, etm: 2204 } as const;
const SUITES: Readonly<Record<keyof typeof sshPorts, readonly string[]>> = {
  chacha: ['-oCiphers=chacha20-poly1305@openssh.com'],
  gcm: ['-oCiphers=aes256-gcm@openssh.com'],
  ctr: ['-oCiphers=aes128-ctr', '-oMACs=hmac-sha2-256'],
  etm: ['-oCiphers=aes256-ctr', '-oMACs=hmac-sha2-512-etm@openssh.com'],
};

export const missingForSsh = (): string[] =>
  missingForSshd().concat(['/usr/bin/ssh'].filter((path) => !existsSync(path)));

export async function actSsh(folder: string): Promise<void> {
  const files = ['host', 'known', 'stranger'].map((name) => join(folder, name));
  const [host = '', known = '', stranger = ''] = files;
  for (const file of [known, stranger]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  const passwords = join(folder, 'ask.sh');
  writeFileSync(passwords, '#!/bin/sh\necho wrong\n', { mode: 0o700 });
  prepareForSshd(folder);
  for (const [name, port] of Object.entries(sshPorts)) {
    const suite = SUITES[name as keyof typeof sshPorts];
    const settings = [`AuthorizedKeysFile ${known}.pub`, 'PermitRootLogin yes'];
    const server = await startSshd(folder, { port, host, settings });
    const common = ['-F', 'none', '-p', String(port), '-oStrictHostKeyChecking=no', '-oUserKnownHostsFile=/dev/null'];
    const to = [...suite, `root@${ADDRESS}`, 'true'];
    const ssh = (...words: string[]): number | null =>
      spawnSync('ssh', [...common, ...words, ...to], {
        ...{ stdio: 'ignore', timeout: 10_000 },
        env: { ...process.env, SSH_ASKPASS: passwords, SSH_ASKPASS_REQUIRE: 'force' },
      }).status;
    const outcomes = [
      ssh('-i', known, '-oIdentitiesOnly=yes', '-oPreferredAuthentications=publickey'),
      ssh('-i', stranger, '-oIdentitiesOnly=yes', '-oPreferredAuthentications=publickey'),
      ssh('-oPreferredAuthentications=password', '-oPubkeyAuthentication=no', '-oNumberOfPasswordPrompts=3'),
    ];
    if (outcomes.join() !== '0,255,255') throw new Error(`ssh ended with ${outcomes.join(', ')}`);
    server.kill();
  }
}
