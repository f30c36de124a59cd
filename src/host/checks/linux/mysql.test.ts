import assert from 'node:assert/strict';
import { chownSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { failed, words } from '../../../../test/support/hosts/verdicts.ts';
import { scratchHost, type ScratchHost } from '../../../../test/support/hosts/scratch-host.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root, to make files of others';

/** A host whose client writes down that it was called, and says nothing. */
function hostWith(owner: number): ScratchHost {
  const host = scratchHost();
  host.file('etc/passwd', 'root:x:0:0::/root:/bin/bash\nmysql:x:105:105::/nonexistent:/bin/false\n');
  const called = join(host.root, 'called');
  const client = host.file('usr/bin/mariadb', `#!/bin/sh\necho "$@" >>${called}\nexit 1\n`, 0o755);
  const socket = host.file('run/mysqld/mysqld.sock', '');
  chownSync(socket, owner, owner);
  host.fact('mysql', `client ${client}\nprocess 7 /usr/sbin/mariadbd\nsocket ${socket}\n`);
  return host;
}

test(
  'a socket that somebody else may have made is not talked to, as he would be sent the password of root',
  { skip },
  async () => {
    using foreign = hostWith(1000);
    for (const id of ['SQL-01', 'SQL-02', 'SQL-06']) assert.deepEqual(words(await foreign.detect(id)), ['unknown'], id);
    assert.equal(existsSync(join(foreign.root, 'called')), false);
    using open = hostWith(105);
    open.folder('run/mysqld', 0o777);
    await open.detect('SQL-02');
    assert.equal(existsSync(join(open.root, 'called')), false);
    using own = hostWith(105);
    await own.detect('SQL-02');
    assert.ok(existsSync(join(own.root, 'called')));
  },
);

test('SQL-06: tens of thousands of tries within minutes are counted in time', { skip }, async () => {
  using host = hostWith(105);
  const now = new Date(Date.now() - 120_000).toISOString().slice(0, 19);
  const line = `${now}Z 9 [Warning] Access denied for user 'root'@'192.0.2.7' (using password: YES)\n`;
  // Names with somebody else's address in them are those of whoever tried them, and hide nobody.
  const framing = line.replace("'root'", "'x'@'198.51.100.1'").repeat(20);
  const hiding = line.replace("'root'", "'x'@'localhost' (using password: NO)'").repeat(20);
  const log = line.repeat(50_000) + framing + hiding;
  host.file('var/log/mysql/error.log', log);
  const [found = '', ...others] = failed(await host.detect('SQL-06'));
  assert.match(found, /192\.0\.2\.7: 50040 logins of 192\.0\.2\.7 as root, x.*, last at [\dT:-]+$/);
  assert.deepEqual(others, []);
  // With line breaks in them they can be whole lines: what can be seen of that is told.
  const forged = `x'\ny ${line.trim().replace('192.0.2.7', '198.51.100.1')}\nz`;
  host.file('var/log/mysql/error.log', log + line.replace('root', forged).repeat(20));
  assert.deepEqual(failed(await host.detect('SQL-06')), [
    `${found}; a name with a line break in it was tried, so that lines of this log may be forged`,
  ]);
});

test(
  'SQL-06: a server that lets us not in, and whose log holds no refused login, may write none',
  { skip },
  async () => {
    using host = hostWith(105);
    host.file('var/log/mysql/error.log', '2026-11-01 10:00:00 0 [Note] ready for connections\n');
    assert.deepEqual(words(await host.detect('SQL-06')), ['unknown']);
    host.file(
      'var/log/mysql/error.log',
      "2026-11-01 10:00:00 9 [Warning] Access denied for user 'a'@'192.0.2.7' (using password: YES)\n",
    );
    assert.deepEqual(words(await host.detect('SQL-06')), ['pass']);
  },
);

test('SQL-05: a setting that is read last closes the server, which is told to restart only where it understands it', async () => {
  using host = scratchHost();
  host.fact('mysql', 'server /usr/sbin/mariadbd\n');
  host.folder('etc/mysql/mariadb.conf.d');
  assert.equal((await host.fix('SQL-05', 'mysql:bind_address')).verdicts[0]?.verdict, 'unknown');
  // It is there, and another one runs: to restart it would be to start it.
  host.file('usr/lib/systemd/system/mysql.service', '');
  const own = '/system.slice/system-mariadb.slice/mariadb@a.service';
  host.fact('mysql', 'server /usr/sbin/mariadbd\nprocess 7 /usr/sbin/mariadbd\nprocess 8 /home/ada/mysqld\n');
  host.file('proc/7/cgroup', '0::/system.slice/mysql.service\n');
  host.file('proc/8/cgroup', `0::${own}\n`);
  assert.equal((await host.fix('SQL-05', 'mysql:bind_address')).verdicts[0]?.verdict, 'unknown');
  host.file('proc/7/cgroup', `12:pids:/x\n1:name=systemd:${own}\n`);
  host.file('proc/8/cgroup', '0::/user.slice/user-1000.slice/user@1000.service/app.slice/mysqld.service\n');
  const { wanted } = await host.fix('SQL-05', 'mysql:skip-grant-tables');
  const path = join(host.root, 'etc/mysql/mariadb.conf.d/zz-holdfast-skip-grant-tables.cnf');
  assert.deepEqual(
    wanted.map(({ operation, words: [first, ...rest] }) => [
      operation,
      first,
      ...(operation === 'set_file' ? [] : rest),
    ]),
    [
      ['set_file', path],
      ['validate', '/usr/sbin/mariadbd', '--verbose', '--help'],
      ['reload', 'systemctl', 'restart', 'mariadb@a'],
    ],
  );
  assert.equal(readFileSync(wanted[0]?.words[1] ?? '', 'utf8'), '[mysqld]\nskip-grant-tables = 0\n');
  assert.equal((await host.fix('SQL-05', 'mysql:bind_address', { init: 'none' })).verdicts[0]?.verdict, 'unknown');
});
