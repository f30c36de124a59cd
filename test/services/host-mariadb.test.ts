/** A real MariaDB: accounts that let anybody in, what they may do, and hydra, which is seen while it tries passwords. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { failed, words } from '../support/hosts/verdicts.ts';
import { scratchHost, type ScratchHost } from '../support/hosts/scratch-host.ts';
import { freePort } from '../support/servers/process.ts';

const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  return ['/usr/sbin/mariadbd', '/usr/bin/mariadb', '/usr/bin/mariadb-install-db', '/usr/bin/hydra'].every((path) =>
    existsSync(path),
  )
    ? false
    : 'needs MariaDB and hydra: npm run services:install -- mariadb hydra';
}

const folder = mkdtempSync(join(tmpdir(), 'host-mariadb-'));
const socket = join(folder, 'mysqld.sock');
let port = 0;
let host: ScratchHost;
let stop = async (): Promise<void> => {};

before(async () => {
  if (skip) return;
  // Accounts that are not root must reach the socket, as they do in /run/mysqld.
  chmodSync(folder, 0o755);
  const data = `--datadir=${join(folder, 'data')}`;
  execFileSync('/usr/bin/mariadb-install-db', ['--no-defaults', '--user=root', data, '--skip-test-db'], {
    stdio: 'ignore',
  });
  port = await freePort();
  const server = spawn(
    '/usr/sbin/mariadbd',
    [
      '--no-defaults',
      '--user=root',
      data,
      `--socket=${socket}`,
      `--log-error=${join(folder, 'error.log')}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--skip-name-resolve',
      '--local-infile=0',
      '--innodb-buffer-pool-size=8M',
    ],
    { stdio: 'ignore' },
  );
  const exited = once(server, 'exit');
  stop = async () => {
    server.kill('SIGKILL');
    await exited;
  };
  while (!existsSync(socket)) {
    if (server.exitCode !== null) throw new Error(`MariaDB ended with ${server.exitCode}`);
    await pause(20);
  }
  host = scratchHost();
  host.fact(
    'mysql',
    `client /usr/bin/mariadb\nserver /usr/sbin/mariadbd\nprocess ${server.pid} /usr/sbin/mariadbd\nsocket ${socket}\n`,
  );
});

after(async () => {
  await stop();
  if (!skip) host[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

function sql(...statements: readonly string[]): string {
  return execFileSync(
    '/usr/bin/mariadb',
    [
      '--no-defaults',
      `--socket=${socket}`,
      '--user=root',
      '--skip-column-names',
      '--batch',
      '-e',
      statements.join(';'),
    ],
    { encoding: 'utf8' },
  );
}

test(
  'a server that is set up well is quiet: root by its socket, locked accounts, strong ones, and nobody without a name',
  { skip },
  async () => {
    sql(
      "CREATE USER app@'10.0.0.%' IDENTIFIED BY 'of no use to anybody'",
      'CREATE USER `off`@localhost ACCOUNT LOCK',
      'CREATE USER sock@localhost IDENTIFIED VIA unix_socket',
    );
    for (const id of ['SQL-01', 'SQL-02', 'SQL-03', 'SQL-04', 'SQL-05', 'SQL-06', 'SQL-07']) {
      assert.deepEqual(words(await host.detect(id)), ['pass'], id);
    }
    // Who is let in as somebody that sees no accounts has not seen that they are right.
    sql("CREATE USER few@localhost IDENTIFIED BY 'of no use to anybody'");
    const settings = host.file('root/.my.cnf', '[client]\nuser=few\npassword=of no use to anybody\n', 0o600);
    for (const id of ['SQL-01', 'SQL-02', 'SQL-03', 'SQL-04']) {
      assert.deepEqual(words(await host.detect(id)), ['unknown'], id);
    }
    rmSync(settings);
    sql('DROP USER few@localhost');
  },
);

test(
  'accounts without a password are tried, nameless and far roots are found, and locking them can be taken back',
  { skip },
  async () => {
    sql(
      'CREATE USER open@localhost',
      "CREATE USER far@'10.0.0.%'",
      "CREATE USER ''@localhost",
      "CREATE USER root@'%' IDENTIFIED BY 'long and boring'",
      "CREATE USER filer@'%' IDENTIFIED BY 'long and boring'",
      "GRANT FILE ON *.* TO filer@'%'",
      "INSERT INTO mysql.db (Host, Db, User, Select_priv) VALUES ('%', 'test', '', 'Y')",
      'FLUSH PRIVILEGES',
      'SET GLOBAL log_warnings=1',
    );
    assert.deepEqual(failed(await host.detect('SQL-01')), [
      '- mysql:@localhost: tried: the server lets it in without a password',
      '- mysql:far@10.0.0.%: its password is empty; it was not tried, since it may come from elsewhere only',
      '- mysql:open@localhost: tried: the server lets it in without a password',
    ]);
    assert.deepEqual(failed(await host.detect('SQL-02')), [
      '- mysql:@localhost: an account without a name lets anybody in',
      'medium mysql:grant:test@%: everybody may use databases called test',
    ]);
    assert.deepEqual(failed(await host.detect('SQL-03')), ['- mysql:root@%: root may log in from anywhere']);
    assert.deepEqual(failed(await host.detect('SQL-04')), [
      '- mysql:filer@%: it may read and write files (FILE), and comes from %',
    ]);
    assert.deepEqual(failed(await host.detect('SQL-07')), ['- mysql:log_warnings: log_warnings is 1']);
    assert.deepEqual(words(await host.detect('SQL-06')), ['unknown']);
    for (const [id, resource] of [
      ['SQL-02', 'mysql:grant:test@%'],
      ['SQL-07', 'mysql:log_warnings'],
    ] as const) {
      // For the next start there is no place yet.
      const { verdicts, wanted } = await host.fix(id, resource);
      assert.deepEqual([verdicts[0]?.verdict, wanted], ['unknown', []], id);
    }
    const saved = join(host.folder('etc/mysql/mariadb.conf.d'), 'zz-holdfast-log_warnings.cnf');

    for (const [id, resource] of [
      ['SQL-01', 'mysql:open@localhost'],
      ['SQL-02', 'mysql:@localhost'],
      ['SQL-03', 'mysql:root@%'],
      ['SQL-07', 'mysql:log_warnings'],
    ] as const) {
      const isFound = async () => failed(await host.detect(id)).some((line) => line.includes(`${resource}: `));
      const { lines, undo } = await host.mend(id, resource);
      assert.equal(await isFound(), false, lines.join());
      await undo();
      assert.equal(await isFound(), true, lines.join());
    }
    // What somebody else changed since is not taken for the work of the fix.
    assert.equal(existsSync(saved), false);
    const { undo } = await host.mend('SQL-07', 'mysql:log_warnings');
    assert.equal(readFileSync(saved, 'utf8'), '[mysqld]\nloose_log_warnings = 2\n');
    sql('SET GLOBAL log_warnings=4');
    await assert.rejects(undo(), { code: 'host_undo_changed' });
    sql('SET GLOBAL log_warnings=1');
    const dropped = await host.mend('SQL-01', 'mysql:open@localhost');
    sql('DROP USER open@localhost');
    await assert.rejects(dropped.undo(), { code: 'host_undo_changed' });
    // Whoever is let in by settings of his own is so when it is changed, too.
    sql("CREATE USER keeper@localhost IDENTIFIED BY 'long and boring'", 'GRANT ALL ON *.* TO keeper@localhost');
    const settings = host.file('root/.my.cnf', '[client]\nuser=keeper\npassword=long and boring\n', 0o600);
    const kept = await host.mend('SQL-07', 'mysql:log_warnings');
    sql('REVOKE ALL ON *.* FROM keeper@localhost', 'DROP USER keeper@localhost');
    await assert.rejects(kept.undo(), { code: 'host_undo_changed' });
    rmSync(settings);
    sql('SET GLOBAL log_warnings=2');
  },
);

test(
  'somebody without root sees that root is let in by anybody, and otherwise says what was not seen',
  { skip },
  async () => {
    assert.deepEqual(words(await host.detect('SQL-02', { isRoot: true })), ['fail']);
    host.fact('mysql', '');
    assert.deepEqual(words(await host.detect('SQL-01')), ['not_applicable']);
    host.fact('mysql', 'server /usr/sbin/mariadbd\nclient /usr/bin/mariadb\n');
    assert.deepEqual(words(await host.detect('SQL-01')), ['not_applicable']);
    host.fact('mysql', 'process 1 /usr/sbin/mariadbd\nclient /usr/bin/mariadb\n');
    assert.deepEqual(words(await host.detect('SQL-01')), ['unknown']);
    host.fact('mysql', `client /usr/bin/mariadb\nsocket ${socket}\n`);
  },
);

test(
  'hydra is found while it tries passwords, and what it tried last when somebody of its address is in',
  { skip },
  async () => {
    // So many that no machine is through with them before hydra is looked for.
    writeFileSync(join(folder, 'words'), Array.from({ length: 100_000 }, (_, at) => `word${at}\n`).join(''));
    const hydra = spawn(
      '/usr/bin/hydra',
      ['-I', '-l', 'root', '-P', join(folder, 'words'), '-s', String(port), '-t', '4', '127.0.0.1', 'mysql'],
      // A group of its own, since it tries from processes of its own.
      { stdio: 'ignore', cwd: folder, detached: true },
    );
    const ended = once(hydra, 'exit');
    let lines: readonly string[] = [];
    for (let times = 0; lines.length === 0 && times < 100; times += 1) lines = failed(await host.detect('SQL-06'));
    assert.equal(hydra.exitCode, null);
    process.kill(-(hydra.pid ?? assert.fail()), 'SIGKILL');
    await ended;
    assert.match(
      lines[0] ?? '',
      /^high mysql:source:127\.0\.0\.1: \d+ logins of 127\.0\.0\.1 as root were refused within 10 minutes, last at 20/,
    );

    sql("CREATE USER ann@'127.0.0.1' IDENTIFIED BY 'word7'");
    const inside = spawn(
      '/usr/bin/mariadb',
      ['--no-defaults', '--host=127.0.0.1', `--port=${port}`, '--user=ann', '-e', 'SELECT SLEEP(600)'],
      { stdio: 'ignore', env: { ...process.env, MYSQL_PWD: 'word7' } },
    );
    while (!sql('SELECT USER FROM information_schema.PROCESSLIST').includes('ann')) await pause(20);
    assert.match(failed(await host.detect('SQL-06'))[0] ?? '', /^critical .*, and it is connected now$/);
    inside.kill('SIGKILL');
  },
);
