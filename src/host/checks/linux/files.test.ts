import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, unlinkSync } from 'node:fs';
import { test } from 'node:test';
import { failed, words } from '../../../../test/support/hosts/verdicts.ts';
import { scratchHost, type ScratchHost } from '../../../../test/support/hosts/scratch-host.ts';

function host(): ScratchHost {
  const made = scratchHost();
  made.file('etc/passwd', 'root:x:0:0::/root:/bin/bash\n');
  made.owns();
  return made;
}

/** A copy of a program with a mode of its own. */
function copied(h: ScratchHost, program: string, path: string, mode: number): void {
  h.file(path, readFileSync(program), mode);
}

const account = (line: string) => line.replaceAll(/(account|group) \d+/g, '$1 N');

test('FIL-01: a SUID file, an SGID one and one with capabilities are found where no package brought them', async () => {
  using h = host();
  copied(h, '/bin/true', 'usr/bin/passwd', 0o4755);
  copied(h, '/bin/true', 'var/lib/docker/overlay2/x/diff/bin/su', 0o4755);
  h.file('var/lock/data', '', 0o2644);
  h.owns('/usr/bin/passwd');
  await h.look('files');
  h.records('files/capabilities', []);
  assert.deepEqual(words(await h.detect('FIL-01')), ['pass']);
  copied(h, '/bin/true', 'opt/a\nb', 0o4755);
  copied(h, '/bin/true', 'opt/group', 0o2755);
  copied(h, '/bin/true', 'usr/bin/later', 0o4711);
  h.owns('/usr/bin/passwd', '/usr/bin/later');
  await h.look('files');
  h.records('files/capabilities', [['755', 0, 0, 1, 1, 1, `${h.root}/opt/net`, 'cap_net_admin=ep']]);
  assert.deepEqual(failed(await h.detect('FIL-01')).map(account), [
    '- /opt/a\nb: it is SUID and runs as account N, and no package brought it',
    '- /opt/group: it is SGID and runs as group N, and no package brought it',
    '- /opt/net: it has the capabilities cap_net_admin=ep, and no package brought it',
    'low /usr/bin/later: it is SUID and runs as account N; a package brought it since this host was taken as known',
  ]);
  assert.deepEqual((await h.fix('FIL-01', '/usr/bin/passwd')).wanted.length, 1);
  h.file('opt/net', '', 0o755);
  for (const id of ['FIL-01', 'FIL-02']) {
    const [verdict] = (await h.fix(id, '/opt/net')).verdicts;
    assert.match(verdict?.verdict === 'unknown' ? verdict.reason : '', /setcap -r \/opt\/net$/, id);
  }
  // The second piece of its name is a program that a package brought, and is none of these.
  copied(h, '/bin/true', 'opt/x\n/usr/bin/ls', 0o4755);
  h.owns('/usr/bin/passwd', '/usr/bin/later', '/usr/bin/ls');
  await h.look('files');
  assert.equal((await h.detect('FIL-01')).outcome, 'done');
  assert.deepEqual((await h.fix('FIL-01', '/opt/a\nb')).wanted, [
    { operation: 'set_mode', words: [`${h.root}/opt/a\nb`, '0755'] },
  ]);
});

test('FIL-02: a shell, whatever it is called, and a program that gives one are found, with SUID or capabilities', async () => {
  using h = host();
  copied(h, '/bin/bash', 'bin/bash', 0o755);
  copied(h, '/bin/true', 'usr/bin/sudo', 0o4755);
  copied(h, '/bin/true', 'usr/bin/wall', 0o2755);
  await h.look('files');
  h.records('files/capabilities', [['755', 0, 0, 1, 1, 1, `${h.root}/usr/bin/ping`, 'cap_net_raw=ep']]);
  assert.deepEqual(words(await h.detect('FIL-02')), ['pass']);
  copied(h, '/bin/bash', 'var/tmp/.x', 0o4755);
  copied(h, '/bin/true', 'usr/bin/python3.11', 0o4755);
  copied(h, '/bin/true', 'usr/bin/chmod', 0o4755);
  copied(h, '/bin/true', 'usr/bin/find', 0o2755);
  await h.look('files');
  h.records('files/capabilities', [['755', 0, 0, 1, 1, 1, `${h.root}/usr/bin/perl5.36`, 'cap_setuid=ep']]);
  assert.deepEqual(failed(await h.detect('FIL-02')).map(account), [
    '- /usr/bin/perl5.36: perl has the capabilities cap_setuid=ep',
    'critical /usr/bin/chmod: chmod is SUID and runs as account N',
    'critical /usr/bin/python3.11: python is SUID and runs as account N',
    'critical /var/tmp/.x: it is a copy of /bin/bash, SUID, and runs as account N',
    'high /usr/bin/find: find is SGID and runs as group N',
  ]);
});

test('FIL-03: what everybody can change is found, worst where root runs it, and a fix closes just that', async () => {
  using h = host();
  h.folder('tmp', 0o1777);
  h.file('srv/ok', '', 0o644);
  await h.look('files');
  assert.deepEqual(words(await h.detect('FIL-03')), ['pass']);
  h.file('etc/profile.d/a\u001b[31m\n.sh', '', 0o646);
  h.folder('srv/drop', 0o777);
  h.file('srv/note', '', 0o666);
  await h.look('files');
  assert.deepEqual(failed(await h.detect('FIL-03')).map(account), [
    'high /etc/profile.d/a\u001b[31m\n.sh: everybody can write to this file (mode 646, account N)',
    'medium /srv/drop: everybody can remove and replace files in this folder (mode 777)',
    'medium /srv/note: everybody can write to this file (mode 666, account N)',
  ]);
  const wanted = async (path: string) => (await h.fix('FIL-03', path)).wanted[0]?.words;
  assert.deepEqual(await wanted('/srv/drop'), [`${h.root}/srv/drop`, '1777']);
  assert.deepEqual(await wanted('/srv/note'), [`${h.root}/srv/note`, '0664']);
});

test('FIL-03: thousands of them are told as a hundred and a number', async () => {
  using h = host();
  h.records(
    'files/world-writable',
    Array.from({ length: 5000 }, (_, at) => ['666', 0, 0, 1, 1, 1, h.root + `/srv/${at}`]),
  );
  const lines = failed(await h.detect('FIL-03'));
  assert.equal(lines.length, 101);
  assert.ok(lines.includes('- world-writable:more: 4900 more files and folders can be changed by everybody'));
});

test('FIL-04: how /tmp and /dev/shm are mounted is told, and a container is not asked', async () => {
  using h = host();
  h.file(
    'proc/self/mounts',
    'tmpfs /tmp tmpfs rw,nosuid,nodev,noexec 0 0\ntmpfs /dev/shm tmpfs rw,nosuid,nodev,noexec,inode64 0 0\n',
  );
  assert.deepEqual(words(await h.detect('FIL-04')), ['pass']);
  h.file('proc/self/mounts', '/dev/sda1 / ext4 rw 0 0\ntmpfs /dev/shm tmpfs rw,nosuid,nodev 0 0\n');
  assert.deepEqual(failed(await h.detect('FIL-04')), [
    '- /dev/shm: it is mounted without noexec',
    '- /tmp: it is no file system of its own, so nothing keeps programs from being started there',
  ]);
  assert.deepEqual(words(await h.detect('FIL-04', { container: 'docker' })), ['not_applicable']);
});

test('FIL-04: the fix mounts with the options that are missing, now and by what mounts it at the next start', async () => {
  using h = host();
  h.file('proc/self/mounts', 'tmpfs /tmp tmpfs rw,nosuid,nodev 0 0\ntmpfs /dev/shm tmpfs rw,nosuid,nodev 0 0\n');
  const fixed = async (folder: string) => {
    const { wanted } = await h.fix('FIL-04', folder, { init: 'none' });
    const [file] = wanted;
    const content = file?.operation === 'set_file' ? readFileSync(file.words[1] ?? '', 'utf8') : '';
    const path = file?.words[0]?.slice(h.root.length);
    return { path, content, last: wanted.at(-1), operations: wanted.map(({ operation }) => operation) };
  };
  const nobody = await h.fix('FIL-04', '/tmp');
  assert.equal(nobody.verdicts[0]?.verdict, 'unknown');

  h.file('usr/lib/systemd/system/tmp.mount', '[Mount]\nWhat=tmpfs\nOptions=mode=1777,nosuid,nodev,size=50%%\n');
  const unit = await fixed('/tmp');
  assert.equal(unit.path, '/etc/systemd/system/tmp.mount.d/99-holdfast.conf');
  assert.equal(unit.content, '[Mount]\nOptions=mode=1777,nosuid,nodev,size=50%%,nosuid,nodev,noexec\n');
  assert.deepEqual(unit.last, { operation: 'set_mount', words: ['/tmp', 'nosuid,nodev,noexec'] });

  h.file('etc/fstab', '# a\n/dev/sda1 / ext4 defaults 0 1\ntmpfs /tmp tmpfs defaults,exec,nosuid 0 0\n');
  const table = await fixed('/tmp');
  assert.match(
    table.content,
    /^# a\n\/dev\/sda1 \/ ext4 defaults 0 1\ntmpfs \/tmp tmpfs defaults,nosuid,nodev,noexec 0 0\n$/,
  );
  assert.deepEqual(table.operations, ['set_file', 'validate', 'set_mount']);
  const memory = await fixed('/dev/shm');
  assert.match(memory.content, /exec,nosuid 0 0\ntmpfs \/dev\/shm tmpfs rw,nosuid,nodev,noexec 0 0\n$/);

  h.file('etc/fstab', 'tmpfs /tmp tmpfs suid,dev,exec 0 0\n# the end');
  assert.match((await fixed('/dev/shm')).content, /\n# the end\ntmpfs \/dev\/shm tmpfs rw/);
  assert.match((await fixed('/tmp')).content, /^tmpfs \/tmp tmpfs nosuid,nodev,noexec 0 0\n/);
});

test('FIL-05: a program that is not as its package brought it is found, one that was put aside on purpose is not', async () => {
  using h = host();
  const sum = (text: string) => createHash('md5').update(text).digest('hex');
  h.file('usr/bin/ls', 'ls as it came', 0o755);
  h.file('usr/bin/tool', 'tool as it came', 0o755);
  h.file('usr/bin/aside', 'another one', 0o755);
  h.file('usr/share/doc/readme', 'changed');
  symlinkSync('usr/bin', `${h.root}/bin`);
  h.file('var/lib/dpkg/diversions', '/usr/bin/aside\n/usr/bin/aside.distrib\nother\n');
  h.file('var/lib/dpkg/info/coreutils.list', '');
  h.file('var/lib/dpkg/info/tools:amd64.list', '');
  h.file('var/lib/dpkg/info/coreutils.md5sums', `${sum('ls as it came')}  bin/ls\n`);
  h.file(
    'var/lib/dpkg/info/tools:amd64.md5sums',
    `${sum('tool as it came')}  usr/bin/tool\n${sum('x')}  usr/bin/aside\n${sum('x')}  usr/share/doc/readme\n${sum('x')}  usr/bin/gone\n`,
  );
  assert.deepEqual(words(await h.detect('FIL-05')), ['pass']);
  h.file('usr/bin/ls', 'ls as an intruder likes it', 0o755);
  assert.deepEqual(failed(await h.detect('FIL-05')), ['- /bin/ls: its bytes are not those that its package brought']);
  // As to whoever is not root: a folder cannot be read by anybody.
  unlinkSync(`${h.root}/usr/bin/ls`);
  h.folder('usr/bin/ls', 0o755);
  assert.deepEqual(words(await h.detect('FIL-05')), ['unknown']);
  assert.deepEqual(words(await h.detect('FIL-05', { packages: 'none' })), ['not_applicable']);
});

test('FIL-06: a command among those of the system that no package brought is found, and worse when it is recent', async () => {
  using h = host();
  for (const path of ['usr/bin/ls', 'usr/bin/helper', 'usr/local/bin/own']) {
    mkdirSync(`${h.root}/${path.slice(0, path.lastIndexOf('/'))}`, { recursive: true });
    copyFileSync('/bin/true', `${h.root}/${path}`);
    chmodSync(`${h.root}/${path}`, 0o755);
  }
  h.owns('/usr/bin/ls', '/usr/bin/helper');
  await h.look('files');
  assert.deepEqual(words(await h.detect('FIL-06')), ['pass']);
  h.owns('/usr/bin/ls');
  assert.deepEqual(failed(await h.detect('FIL-06')), [
    '- /usr/bin/helper: no package brought it; it came or changed 0 days ago',
  ]);
  h.records('files/path-executables', [['755', 0, 0, 1, 1, 1_000_000_000, `${h.root}/usr/bin/old`]]);
  assert.deepEqual(failed(await h.detect('FIL-06')), ['low /usr/bin/old: no package brought it']);
});
