/** Hosts of the systems that are supported, made of what lies in test/vectors/hosts: its README.md says where that is from. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectSystem } from '../../../src/host/index.ts';
import { failed } from './verdicts.ts';
import { scratchHost, type Recorded, type ScratchHost } from './scratch-host.ts';

const VECTORS = join(import.meta.dirname, '../../vectors/hosts');
export const SYSTEMS = ['debian-12', 'ubuntu-22.04', 'ubuntu-24.04', 'amazon-linux-2023', 'rhel-9', 'rocky-9'] as const;
export type System = (typeof SYSTEMS)[number];
export const isDebian = (name: System) => name === 'debian-12' || name.startsWith('ubuntu');
export interface SystemHost extends ScratchHost {
  readonly system: ReturnType<typeof detectSystem>;
  /** A file of the host is changed; it must hold what is replaced. */
  edit(path: string, from: string | RegExp, to: string): void;
  /** What stands at the end of a file from then on. */
  add(path: string, text: string): void;
  /** What this system's programs said. */
  said(name: string): string;
  /** `severity resource: evidence` of what the check found. */
  found(id: string, recorded?: Recorded): Promise<readonly string[]>;
  /** The programs that run, and no others. */
  runs(...names: readonly string[]): void;
  /** What the SSH server says of itself (`sshd -T`) is changed. */
  settings(changed: Readonly<Record<string, string>>): void;
}

/** The system as it comes, with a login over SSH that listens for others. */
export async function hostOf(name: System): Promise<SystemHost> {
  const host = scratchHost();
  const { root } = host;
  cpSync(join(VECTORS, name, 'root'), root, { recursive: true });
  symlinkSync('../usr/lib/os-release', join(root, 'etc/os-release'));
  host.folder('run/systemd/system');
  host.folder('usr/bin');
  symlinkSync('usr/bin', join(root, 'bin'));
  host.file('usr/bin/ls', 'ls of coreutils');
  // Of both families: rpm can be installed on Debian too.
  host.folder('var/lib/rpm');
  if (isDebian(name)) {
    const sum = createHash('md5').update('ls of coreutils').digest('hex');
    const path = name === 'ubuntu-24.04' ? 'usr/bin/ls' : 'bin/ls';
    host.file('var/lib/dpkg/info/coreutils.list', `/.\n/${path}\n`);
    host.file('var/lib/dpkg/info/coreutils.md5sums', `${sum}  ${path}\n`);
    await host.look('packages');
    host.file('var/log/auth.log', '', 0o640);
  } else {
    host.fact('packages/list', readFileSync(join(VECTORS, name, 'facts/packages/list'), 'utf8'));
    // Where rsyslog is not there, as on Amazon Linux 2023, the journal alone has it.
    if (name !== 'amazon-linux-2023') host.file('var/log/secure', '', 0o600);
    host.file('var/cache/dnf/baseos-0123456789abcdef/repodata/repomd.xml', '<repomd/>');
    host.folder('etc/pam.d');
    if (existsSync(join(root, 'etc/authselect'))) {
      for (const each of ['system-auth', 'password-auth']) {
        symlinkSync(`../authselect/${each}`, join(root, 'etc/pam.d', each));
      }
    }
  }
  host.fact('sshd', readFileSync(join(VECTORS, name, 'facts/sshd'), 'utf8'));
  host.file('proc/net/fib_trie', 'Main:\n     |-- 10.0.0.5\n        /32 host LOCAL\n');
  host.records('sockets', [['tcp', 'LISTEN', '0.0.0.0', 22, '', '', 0, 1, 7, 3, 'sshd']]);
  const system = detectSystem(root, true);
  const { osId, osVersion, osFamily, packages, init, container } = system;
  const ground = { osId, osVersion, osFamily, packages, init, container };
  const edit = (path: string, from: string | RegExp, to: string): void => {
    const before = readFileSync(join(root, path), 'utf8');
    const after = before.replaceAll(from instanceof RegExp ? new RegExp(from, 'gm') : from, to);
    assert.notEqual(after, before, `${path} of ${name}`);
    writeFileSync(join(root, path), after);
  };
  const detect: ScratchHost['detect'] = (id, other, recorded) => host.detect(id, { ...ground, ...other }, recorded);
  const runs = (...names: readonly string[]): void =>
    host.records(
      'processes',
      names.map((each, at) => [at + 1, 0, 0, 0, 1, 1, 0, 'S', each, `/usr/bin/${each}`, 0, '/', '', each]),
    );
  runs('systemd', 'systemd-journal', 'sshd', ...(isDebian(name) ? [] : ['auditd']));
  return {
    ...host,
    system,
    edit,
    add: (path, text) => appendFileSync(join(root, path), text),
    runs,
    detect,
    fix: (id, resource) => host.fix(id, resource, ground),
    said: (each) => readFileSync(join(VECTORS, name, 'said', each), 'utf8'),
    found: async (id, recorded) => failed(await detect(id, undefined, { ...QUIET, ...recorded })),
    settings(changed) {
      const kept = host.text('sshd').replace(new RegExp(`^(${Object.keys(changed).join('|')}) .*\n`, 'gm'), '');
      host.fact(
        'sshd',
        `${kept}${Object.entries(changed)
          .map((each) => `${each.join(' ')}\n`)
          .join('')}`,
      );
    },
  };
}

/** What the programs of the RHEL family say where nothing is the matter. */
export const QUIET: Recorded = { dnf: '', rpm: 'coreutils\n' };

/** firewalld runs, lets SSH in, and starts with the host. */
export function firewalld(host: SystemHost): void {
  host.fact('firewall/nft', host.said('nft'));
  host.fact('firewall/firewalld', 'running\n');
  host.file('etc/systemd/system/multi-user.target.wants/firewalld.service', '');
}
