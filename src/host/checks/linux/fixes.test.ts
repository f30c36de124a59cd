/** Whatever a fix changes for real, the finding is gone afterwards, and taking it back leaves not a byte behind. */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scratchHost, type ScratchHost } from '../../../../test/support/hosts/scratch-host.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root';

/** All that lies in what stands for `/`: kind, mode, owner and content of each. */
function snapshot({ root }: ScratchHost): Readonly<Record<string, string>> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(
    paths.map((path) => {
      const at = join(root, path);
      const found = lstatSync(at);
      const content = found.isFile() ? readFileSync(at, 'latin1') : found.isSymbolicLink() ? readlinkSync(at) : '';
      return [path, `${found.mode.toString(8)} ${found.uid}:${found.gid} ${content}`];
    }),
  );
}

function owned(host: ScratchHost, path: string, text: string, mode: number, uid = 0, gid = 0): void {
  chownSync(host.file(path, text), uid, gid);
  chmodSync(join(host.root, path), mode);
}

/** The fact of homes, of what is there. */
function homes(host: ScratchHost, ...paths: readonly string[]): void {
  host.records(
    'files/homes',
    paths.map((path) => {
      const { mode, uid, gid } = lstatSync(join(host.root, path));
      return [(mode & 0o7777).toString(8), uid, gid, 0, 0, 0, join(host.root, path)];
    }),
  );
}

function kernel(values: Readonly<Record<string, string>>): (host: ScratchHost) => void {
  return (host) => {
    for (const [key, value] of Object.entries(values)) host.file(`proc/sys/${key}`, `${value}\n`);
    host.records('processes', []);
  };
}

function interfaces(family: string, key: string, value: string): Record<string, string> {
  return Object.fromEntries(
    ['all', 'default', 'lo', 'eth0', 'eth0.100'].map((name) => [`net/${family}/conf/${name}/${key}`, value]),
  );
}

const martians = interfaces('ipv4', 'log_martians', '0');
const passwd =
  'root:x:0:0:root:/root:/bin/bash\nanna:x:1000:1000::/home/anna:/bin/bash\ntool:x:200:200::/opt:/bin/sh\n';

const CASES: readonly {
  readonly id: string;
  readonly resource: string;
  readonly bad: (host: ScratchHost) => void;
}[] = [
  { id: 'KRN-01', resource: 'sysctl:net.ipv4.ip_forward', bad: kernel({ 'net/ipv4/ip_forward': '1' }) },
  {
    id: 'KRN-02',
    resource: 'sysctl:net.ipv4.conf.send_redirects',
    bad: kernel({ ...interfaces('ipv4', 'send_redirects', '1'), ...interfaces('ipv4', 'accept_redirects', '0') }),
  },
  {
    id: 'KRN-03',
    resource: 'sysctl:net.ipv4.conf.accept_source_route',
    bad: kernel(interfaces('ipv4', 'accept_source_route', '1')),
  },
  { id: 'KRN-04', resource: 'sysctl:net.ipv4.conf.rp_filter', bad: kernel(interfaces('ipv4', 'rp_filter', '0')) },
  {
    id: 'KRN-05',
    resource: 'sysctl:net.ipv4.conf.log_martians',
    bad: kernel({ ...martians, 'net/ipv4/tcp_syncookies': '1' }),
  },
  {
    id: 'KRN-05',
    resource: 'sysctl:net.ipv4.tcp_syncookies',
    bad: kernel({ ...interfaces('ipv4', 'log_martians', '1'), 'net/ipv4/tcp_syncookies': '0' }),
  },
  {
    id: 'KRN-07',
    resource: 'sysctl:kernel.randomize_va_space',
    bad: kernel({ 'kernel/randomize_va_space': '1' }),
  },
  { id: 'KRN-08', resource: 'sysctl:fs.suid_dumpable', bad: kernel({ 'fs/suid_dumpable': '1' }) },
  { id: 'KRN-08', resource: 'sysctl:kernel.yama.ptrace_scope', bad: kernel({ 'kernel/yama/ptrace_scope': '0' }) },
  {
    id: 'KRN-09',
    resource: 'sysctl:kernel.unprivileged_bpf_disabled',
    bad: kernel({ 'kernel/unprivileged_bpf_disabled': '0' }),
  },
  {
    id: 'KRN-09',
    resource: 'sysctl:fs.protected_symlinks',
    bad: (host) => {
      kernel({ 'fs/protected_symlinks': '1' })(host);
      host.file('etc/sysctl.conf', '# own\nfs.protected_symlinks=0\n');
    },
  },
  {
    id: 'ACC-01',
    resource: 'account:anna',
    bad: (host) => owned(host, 'etc/shadow', 'root:*:1::::::\nanna::1::::::\n', 0o640),
  },
  {
    id: 'ACC-03',
    resource: '/etc/shadow',
    bad: (host) => owned(host, 'etc/shadow', 'root:*:1::::::\n', 0o644, 1000, 1000),
  },
  { id: 'ACC-05', resource: 'account:tool', bad: (host) => owned(host, 'etc/shadow', 'tool:$6$a$b:1::::::\n', 0o640) },
  {
    id: 'ACC-06',
    resource: '/opt/bin',
    bad: (host) => {
      host.file('etc/environment', 'PATH=/opt/bin\n');
      host.folder('opt/bin', 0o777);
    },
  },
  {
    id: 'ACC-08',
    resource: '/etc/pam.d/common-auth',
    bad: (host) => {
      owned(host, 'etc/shadow', 'root:*:1::::::\n', 0o640);
      host.file('etc/pam.d/common-auth', 'auth required pam_faillock.so\nauth [success=1] pam_unix.so nullok\n');
    },
  },
  {
    id: 'ACC-09',
    resource: '/etc/login.defs',
    bad: (host) => {
      owned(host, 'etc/shadow', 'root:*:1::::::\n', 0o640);
      host.file('etc/login.defs', 'UID_MIN 1000\nENCRYPT_METHOD DES\n');
    },
  },
  {
    id: 'ACC-10',
    resource: '/home/anna/.a\nb',
    bad: (host) => {
      owned(host, 'home/anna/.a\nb', 'x', 0o666, 1000, 1000);
      homes(host, 'home/anna/.a\nb');
    },
  },
  {
    id: 'SSH-06',
    resource: '/etc/ssh/ssh_host_rsa_key',
    bad: (host) => {
      owned(host, 'etc/ssh/sshd_config', '', 0o644);
      owned(host, 'etc/ssh/ssh_host_rsa_key', 'a key', 0o644, 1000, 1000);
    },
  },
  {
    id: 'SYS-01',
    resource: 'updates:automatic',
    bad: (host) => {
      host.fact('packages/list', 'unattended-upgrades 1\n');
      host.folder('etc/apt/apt.conf.d');
    },
  },
  { id: 'SYS-03', resource: '/var/log/auth.log', bad: (host) => owned(host, 'var/log/auth.log', '', 0o644) },
];

for (const { id, resource, bad } of CASES) {
  test(`${id}: ${resource.replaceAll('\n', '\\n')} is mended and taken back, byte for byte`, { skip }, async () => {
    using host = scratchHost();
    owned(host, 'etc/passwd', passwd, 0o644);
    owned(host, 'etc/group', 'root:x:0:\nanna:x:1000:\n', 0o644);
    host.folder('etc/sysctl.d', 0o755);
    bad(host);
    const isFound = async () => {
      if (id === 'ACC-10') homes(host, 'home/anna/.a\nb');
      const { verdicts } = await host.detect(id);
      return verdicts.some((each) => each.verdict === 'fail' && each.resource === resource);
    };
    assert.ok(await isFound());
    const before = snapshot(host);
    const { lines, undo } = await host.mend(id, resource);
    assert.notDeepEqual(lines, []);
    assert.notDeepEqual(snapshot(host), before);
    assert.ok(!(await isFound()), 'it is still found');
    await undo();
    assert.deepEqual(snapshot(host), before);
  });
}
