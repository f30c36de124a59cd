/** Which system this is, by what lies on it: nothing is asked over the network. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { arch, hostname, release } from 'node:os';
import { join } from 'node:path';
import type { Ground, WindowsGround } from '../running/run-check.ts';
import type { HostPlatform } from './platform.ts';

export interface HostSystem extends Pick<
  Ground,
  'isRoot' | 'osId' | 'osVersion' | 'osFamily' | 'packages' | 'init' | 'container'
> {
  readonly platform: HostPlatform;
  readonly hostname: string;
  /** What names this host in findings: 32 hexadecimal digits, from which its machine id does not follow. */
  readonly hostId: string;
  /** `Debian GNU/Linux 12 (bookworm)` */
  readonly osName: string;
  readonly kernel: string;
  readonly architecture: string;
  /** `aws`, `gcp`, …, as the firmware tells; `''`: none that it tells of. */
  readonly cloud: string;
  /** Of Windows: what it is for, and whether its accounts are a domain's. */
  readonly windows?: { readonly role: WindowsGround['role']; readonly isInDomain: boolean };
}

/** `root` is `''`, or what stands for `/` in a test. */
export function detectSystem(root: string, isRoot = process.getuid?.() === 0): HostSystem {
  const release_ = osRelease(root);
  const id = release_['ID'] ?? 'linux';
  const family = `${id} ${release_['ID_LIKE'] ?? ''}`.split(' ');
  const has = (path: string): boolean => existsSync(join(root, path));
  const name = textOf(join(root, '/etc/hostname')).trim();
  const osFamily = family.includes('debian') ? 'debian' : family.some((word) => RHEL.has(word)) ? 'rhel' : 'other';
  const isRpm = RPM_FOLDERS.some(has);
  // Each family has the other's program to install (dpkg is in EPEL, rpm in Debian), which keeps a list of its own.
  const isDpkg = has('/var/lib/dpkg/status') && !(osFamily === 'rhel' && isRpm);
  return {
    platform: 'linux',
    hostname: root === '' || name === '' ? hostname() : name,
    hostId: hostId(textOf(join(root, '/etc/machine-id')).trim() || `no machine id: ${hostname()}`),
    osName: release_['PRETTY_NAME'] ?? 'Linux',
    osId: id,
    osVersion: release_['VERSION_ID'] ?? '',
    osFamily,
    packages: isDpkg ? 'dpkg' : isRpm ? 'rpm' : 'none',
    init: has('/run/systemd/system') ? 'systemd' : 'none',
    container: containerOf(root),
    cloud: cloudOf(root),
    kernel: release(),
    architecture: architecture(),
    isRoot,
  };
}

const RHEL = new Set(['rhel', 'fedora', 'centos', 'amzn', 'rocky', 'almalinux', 'ol']);
const RPM_FOLDERS = ['/var/lib/rpm', '/usr/lib/sysimage/rpm'];

export function architecture(): string {
  return arch() === 'x64' ? 'x86_64' : arch() === 'arm64' ? 'aarch64' : arch();
}

export function hostId(machineId: string): string {
  // machine-id(5): it is not to leave the machine as it is.
  return createHash('sha256').update(`holdfast host\n${machineId}`).digest('hex').slice(0, 32);
}

/** os-release(5): NAME=value, the value maybe in quotes. */
function osRelease(root: string): Readonly<Record<string, string>> {
  const text = textOf(join(root, '/etc/os-release')) || textOf(join(root, '/usr/lib/os-release'));
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, name, value] = /^([A-Z_]+)=["']?(.*?)["']?\s*$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

function containerOf(root: string): string {
  const said = textOf(join(root, '/run/systemd/container')).trim();
  if (said !== '') return said;
  if (existsSync(join(root, '/run/.containerenv'))) return 'podman';
  if (existsSync(join(root, '/.dockerenv'))) return 'docker';
  const own = /(?:^|\0)container=([^\0]+)/.exec(textOf(join(root, '/proc/1/environ')))?.[1];
  if (own !== undefined) return own;
  const groups = textOf(join(root, '/proc/1/cgroup'));
  if (/docker|containerd|kubepods/.test(groups)) return 'docker';
  if (/\/lxc\//.test(groups)) return 'lxc';
  return /microsoft/i.test(textOf(join(root, '/proc/version'))) ? 'wsl' : '';
}

function cloudOf(root: string): string {
  const said = ['sys_vendor', 'product_name', 'bios_vendor', 'board_vendor', 'chassis_asset_tag']
    .map((name) => textOf(join(root, '/sys/class/dmi/id', name)).trim())
    .join('\n');
  return cloudIn(said);
}

/** By DMI (SMBIOS type 1 to 3), as the makers of the clouds document it; a line each. */
export function cloudIn(said: string): string {
  return CLOUDS.find(([, pattern]) => pattern.test(said))?.[0] ?? '';
}

const CLOUDS: readonly (readonly [string, RegExp])[] = [
  ['aws', /Amazon EC2|^amazon/im],
  ['gcp', /Google Compute Engine|^Google$/im],
  // The asset tag that every virtual machine of Azure has.
  ['azure', /7783-7084-3265-9085-8269-3286-77/],
  ['oracle', /OracleCloud/],
  ['digitalocean', /DigitalOcean/],
  ['hetzner', /Hetzner/],
  ['alibaba', /Alibaba Cloud/],
  ['openstack', /OpenStack/],
];

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
