/**
 * What an instance does at its start, on this machine: in a root that takes every change, with programs of AWS and of the system that
 * write down how they were called.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const skip = withoutOverlay();

/** `set -u` and friends hold in what is called, too. Each says how it was called, and `$CALLED` is where. */
const PROGRAMS: Readonly<Record<string, string>> = {
  mountpoint: 'exit 1',
  blkid: 'exit "$(cat /facts/blkid)"',
  'mkfs.xfs': '',
  mount: '',
  systemctl: '',
  useradd: '',
  id: 'exit 1',
  sleep: '',
  aws: '',
  openssl: 'cat >/dev/null; echo "sha256 Fingerprint=AB:CD:EF"',
  curl: 'case "$*" in *healthz*) exit "$(cat /facts/healthz)" ;; *) cat >/facts/told ;; esac',
};

interface Booted {
  readonly status: number | null;
  readonly said: string;
  readonly called: string;
  /** What CloudFormation was told. */
  readonly told: { readonly Status: string; readonly Reason: string; readonly Data: string };
  /** A file as it is after the boot. */
  text(path: string): string;
}

/** As those of CloudFormation are: signed, with what a shell would take for signs of its own. */
const READY_URL = 'https://ready.example/x?AWSAccessKeyId=A&Expires=1&Signature=b%3D';

/** Boots in a root of its own; `blkid` is how the disk is found, `healthz` whether the server answers. */
function boot({ blkid = 0, healthz = 0, hasDisk = true } = {}): Booted & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'boot-'));
  const at = (...names: readonly string[]): string => join(folder, ...names);
  for (const name of ['upper', 'work', 'root', 'facts', 'programs', 'archive/bin', 'archive/deploy'])
    mkdirSync(at(name), { recursive: true });
  writeFileSync(at('facts/blkid'), `${blkid}`);
  writeFileSync(at('facts/healthz'), `${healthz}`);
  for (const [name, does] of Object.entries(PROGRAMS)) {
    writeFileSync(at('programs', name), `#!/bin/sh\necho "${name} $*" >>/facts/called\n${does}\n`);
    chmodSync(at('programs', name), 0o755);
  }
  copyFileSync(join(ROOT, 'deploy/aws/boot.sh'), at('archive/deploy/boot.sh'));
  copyFileSync(join(ROOT, 'deploy/systemd/holdfast.service'), at('archive/deploy/holdfast.service'));
  writeFileSync(at('archive/bin/node'), '');
  writeFileSync(at('boot.env'), `STACK=acme\nKEY_ID=key-1\nDISK_ID=vol-0abc\nREADY_URL='${READY_URL}'\n`);
  writeFileSync(at('server.env'), 'AWS_REGION=eu-central-1\nHOLDFAST_PORT=443\n');
  const script = `set -e
    f=$1 root=$1/root
    mount -t tmpfs tmpfs "$f/upper"; mkdir "$f/upper/u" "$f/upper/w"
    mount -t overlay overlay -o "lowerdir=/,upperdir=$f/upper/u,workdir=$f/upper/w" "$root"
    mount -t tmpfs tmpfs "$root/dev"; touch "$root/dev/null"; mount --bind /dev/null "$root/dev/null"
    mkdir -p "$root/dev/disk/by-id" "$root/facts" "$root/programs" "$root/etc/holdfast" "$root/opt/holdfast/one" "$root/var/lib/holdfast/data"
    rm -f "$root/etc/fstab"; : >"$root/etc/fstab"
    [ "$2" = no ] || touch "$root/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0abc"
    mount --bind "$f/facts" "$root/facts"; mount --bind "$f/programs" "$root/programs"
    cp -r "$f/archive/." "$root/opt/holdfast/one"; cp "$f/boot.env" "$f/server.env" "$root/etc/holdfast/"
    echo code-1 >"$root/var/lib/holdfast/data/setup-code"
    status=0; PATH=/programs:$PATH chroot "$root" bash /opt/holdfast/one/deploy/boot.sh || status=$?
    for path in etc/fstab usr/local/bin/holdfast etc/systemd/system/holdfast.service; do
      [ ! -e "$root/$path" ] || cp "$root/$path" "$f/facts/$(basename "$path").after"
    done
    readlink "$root/opt/holdfast/current" >"$f/facts/current" || true
    exit $status`;
  const words = [
    '-m',
    '--propagation',
    'private',
    '/bin/bash',
    '--norc',
    '-c',
    script,
    'boot',
    folder,
    hasDisk ? 'yes' : 'no',
  ];
  const { status, stdout, stderr } = spawnSync('unshare', words, {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  const text = (name: string): string => (existsSync(at('facts', name)) ? readFileSync(at('facts', name), 'utf8') : '');
  return {
    status,
    said: `${stdout}${stderr}`,
    called: text('called'),
    told: JSON.parse(text('told') || '{}') as Booted['told'],
    text,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

test('an instance serves from its archive, hands the setup code over, and tells by which certificate', { skip }, () => {
  using booted = boot();
  assert.equal(booted.status, 0, booted.said);
  assert.equal(booted.told.Status, 'SUCCESS');
  assert.equal(booted.told.Data, 'AB:CD:EF');
  assert.ok(booted.called.includes(READY_URL), booted.called);
  assert.match(readFileSync(join(ROOT, 'deploy/aws/workspace.yaml'), 'utf8'), /^ +READY_URL='\$\{Ready\}'$/m);
  assert.doesNotMatch(booted.called, /mkfs/, 'a disk with something on it is never made anew');
  assert.match(booted.called, /^mount \/var\/lib\/holdfast$/m);
  assert.match(booted.text('fstab.after'), /^LABEL=holdfast \/var\/lib\/holdfast xfs \S*nodev/m);
  assert.match(booted.called, /systemctl restart holdfast\.service/);
  assert.equal(booted.text('current').trim(), '/opt/holdfast/one');
  assert.match(booted.text('holdfast.after'), /\/opt\/holdfast\/current\/bin\/node .*holdfast\.js "\$@"/);
  assert.match(
    booted.called,
    /aws ssm put-parameter --region eu-central-1 --name \/holdfast\/acme\/setup-code --type SecureString --key-id key-1 /,
  );
  assert.doesNotMatch(`${booted.called}${booted.said}`, /code-1/, 'the code stands in no argument and no log');
});

test('only a disk with nothing at all on it gets a file system', { skip }, () => {
  using empty = boot({ blkid: 2 });
  assert.equal(empty.status, 0, empty.said);
  assert.match(empty.called, /mkfs\.xfs -q -L holdfast \/dev\/disk/);
  // 8: several things seem to be on it; 4: blkid failed.
  for (const blkid of [8, 4, 1]) {
    using unclear = boot({ blkid });
    assert.notEqual(unclear.status, 0);
    assert.doesNotMatch(unclear.called, /mkfs|systemctl/);
    assert.equal(unclear.told.Status, 'FAILURE');
    assert.match(unclear.told.Reason, /nothing was written/);
  }
});

test('a stack fails with the reason when the disk is not there or nothing answers', { skip }, () => {
  using diskless = boot({ hasDisk: false });
  assert.notEqual(diskless.status, 0);
  assert.match(diskless.told.Reason, /vol-0abc is not there/);
  using mute = boot({ healthz: 7 });
  assert.notEqual(mute.status, 0);
  assert.match(mute.told.Reason, /does not answer/);
  assert.doesNotMatch(mute.called, /put-parameter/);
});

/** For `test(name, { skip })`. */
function withoutOverlay(): string | false {
  if (process.getuid?.() !== 0) return 'needs root, for a root of its own';
  const script =
    'd=$(mktemp -d) && mount -t tmpfs tmpfs $d && mkdir $d/u $d/w $d/r && mount -t overlay overlay -o lowerdir=/,upperdir=$d/u,workdir=$d/w $d/r';
  try {
    execFileSync('unshare', ['-m', '--propagation', 'private', '/bin/bash', '--norc', '-c', script], {
      stdio: 'ignore',
    });
    return false;
  } catch {
    return 'needs overlayfs';
  }
}
