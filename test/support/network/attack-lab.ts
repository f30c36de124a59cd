/** Runs in namespaces of its own for network and mounts: nmap scans, then hydra guesses at a real MariaDB until it is let in. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mariadbPort } from './acts/mariadb-acts.ts';
import { listens } from './acts/listens.ts';
import { ADDRESS, captureWire } from './captured-wire.ts';

const [capture = '', folder = ''] = process.argv.slice(2);
const data = `--datadir=${join(folder, 'mariadb')}`;
const socket = `--socket=${join(folder, 'mysqld.sock')}`;
execFileSync('/usr/bin/mariadb-install-db', ['--no-defaults', '--user=root', data, '--skip-test-db'], {
  stdio: 'ignore',
});
const wire = await captureWire(capture);
const words = ['--no-defaults', '--user=root', data, socket, `--bind-address=${ADDRESS}`, `--port=${mariadbPort}`];
words.push(
  '--skip-name-resolve',
  '--innodb-buffer-pool-size=8M',
  '--log-warnings=2',
  '--skip-ssl',
  '--max-connect-errors=1000',
);
const server = spawn('/usr/sbin/mariadbd', [...words, `--log-error=${join(folder, 'mariadb.log')}`], {
  stdio: 'ignore',
});
const exited = once(server, 'exit');
await listens(mariadbPort);
const user = "CREATE USER 'shop'@'%' IDENTIFIED BY 'right'";
execFileSync('/usr/bin/mariadb', ['--no-defaults', socket, '--user=root', '-e', user], { stdio: 'ignore' });
spawnSync('/usr/bin/nmap', ['-n', '-Pn', '-sS', '--max-rate', '100', '-p', `1-200,${mariadbPort}`, ADDRESS], {
  stdio: 'ignore',
  timeout: 60_000,
});
const list = join(folder, 'passwords.txt');
writeFileSync(list, `${Array.from({ length: 30 }, (_, index) => `wrong${index}`).join('\n')}\nright\n`);
const target = ['-l', 'shop', '-P', list, '-t', '1', '-s', String(mariadbPort), ADDRESS, 'mysql'];
spawnSync('/usr/bin/hydra', ['-I', ...target], { cwd: folder, stdio: 'ignore', timeout: 60_000 });
server.kill('SIGKILL');
await exited;
await wire.close();
