/** Fixes of a real sshd, Redis, MariaDB, firewall and real mounts, each found, mended, found no more, and taken back to the last byte. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Seen } from '../support/hosts/fixes-lab.ts';
import { APART } from '../support/network/labs/apart.ts';

const SSHD = join(import.meta.dirname, '../../.services/openssh-server/sshd');
const REDIS = join(import.meta.dirname, '../../.services/redis/redis-server');
const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  return [SSHD, REDIS, '/usr/sbin/mariadbd', '/usr/bin/ssh-keygen', '/usr/sbin/nft', '/usr/bin/unshare'].every((path) =>
    existsSync(path),
  )
    ? false
    : 'needs sshd, Redis, MariaDB and nft: npm run services:install -- openssh-server redis mariadb nftables';
}

/** Of systemctl what a fix asks for. A unit that nobody knows is as systemd tells it: inactive, and not found. */
const systemctl = (units: string): string => `#!/bin/sh
LAB_UNITS='${units}'
act=$1 name=$2
told() { cat "$LAB_UNITS/$name.$1" 2>/dev/null || echo "$2"; }
put() { echo "$2" >"$LAB_UNITS/$name.$1"; }
[ -e "$LAB_UNITS/$name.active" ] || [ ! -e "$LAB_UNITS/$name.service.active" ] || name=$name.service
case $act in
is-active) told active inactive ;;
is-enabled) told enabled not-found ;;
start) put active active ;;
stop) put active inactive ;;
enable) put enabled enabled ;;
disable) put enabled disabled ;;
try-reload-or-restart | daemon-reload) ;;
restart) . "$LAB_UNITS/$name.restart" ;;
*) echo "unknown: $*" >&2 && exit 1 ;;
esac
`;

/** The real folder with these programs before its own; the network and the mounts are the lab's. */
const INSIDE = `mount -t overlay overlay -o "lowerdir=$1:/usr/sbin" /usr/sbin
mount -t tmpfs -o mode=0755 tmpfs /run
mount --bind "$1/passwd" /etc/passwd
mkdir -m 0755 /run/sshd
ip link set lo up
exec "$2" "$3"`;

test(
  'what fixes change in an SSH server, a firewall, units and mounts is right afterwards, and comes back',
  { skip },
  (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'host-fixes-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const [programs, units] = [join(folder, 'programs'), join(folder, 'units')];
    mkdirSync(programs, { mode: 0o755 });
    mkdirSync(units);
    copyFileSync(SSHD, join(programs, 'sshd'));
    writeFileSync(join(programs, 'systemctl'), systemctl(units));
    for (const name of ['sshd', 'systemctl']) chmodSync(join(programs, name), 0o755);
    writeFileSync(
      join(programs, 'passwd'),
      'root:x:0:0:root:/root:/bin/bash\nsshd:x:105:65534::/run/sshd:/usr/sbin/nologin\n',
    );
    const lab = join(import.meta.dirname, '../support/hosts/fixes-lab.ts');
    const words = [...APART, 'bash', '-euc', INSIDE, '-', programs, process.execPath, lab];
    const said = execFileSync('unshare', words, {
      encoding: 'utf8',
      env: { ...process.env, LAB_UNITS: units, LAB_REDIS: REDIS },
    });
    for (const { name, told, left } of JSON.parse(said) as readonly Seen[]) {
      const [before = '', mended, back] = told;
      assert.notEqual(before, '', `${name} is found`);
      // A unit that lies there and a package that is installed are told as less.
      assert.ok(mended === '' || ['info', 'medium'].includes(mended ?? ''), `${name} is mended: ${mended}`);
      assert.notEqual(mended, before, name);
      assert.equal(back, before, `${name} is found again`);
      assert.deepEqual(left, [], `${name} comes back`);
    }
  },
);
