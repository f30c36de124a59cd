/** Runs in namespaces of its own for network and mounts: nmap scans, then hydra guesses at a real MariaDB and a real sshd until each lets it in; at the database while the verb captures as well. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findMysqlLog } from '../../../../src/host/index.ts';
import { mariadbPort } from '../acts/mariadb-acts.ts';
import { listens } from '../acts/listens.ts';
import { guessedSshPort, prepareForSshd, startSshd } from '../acts/sshd.ts';
import { ADDRESS, captureWire, said } from './captured-wire.ts';

const [capture = '', folder = ''] = process.argv.slice(2);
const data = `--datadir=${join(folder, 'mariadb')}`;
const socket = `--socket=${join(folder, 'mysqld.sock')}`;
execFileSync('/usr/bin/mariadb-install-db', ['--no-defaults', '--user=root', data, '--skip-test-db'], {
  stdio: 'ignore',
});
const hash = execFileSync('openssl', ['passwd', '-6', 'right'], { encoding: 'utf8' }).trim();
prepareForSshd(folder, [{ name: 'shop', hash }]);
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
  timeout: 120_000,
});
const list = join(folder, 'passwords.txt');
writeFileSync(list, `${Array.from({ length: 30 }, (_, index) => `wrong${index}`).join('\n')}\nright\n`);
function guess(service: 'mysql' | 'ssh', port: number, ...words: readonly string[]): void {
  const target = ['-l', 'shop', '-P', list, '-s', String(port), ADDRESS, service];
  spawnSync('/usr/bin/hydra', ['-I', ...words, ...target], { cwd: folder, stdio: 'ignore', timeout: 120_000 });
}
/** What is done while the verb captures and keeps flows beside it. */
async function kept(act: () => void): Promise<void> {
  const cli = join(import.meta.dirname, '../../../../src/entry/cli.ts');
  const words = ['-i', 'lo', '--filter', `tcp port ${mariadbPort}`, '--keep', '--state', join(folder, 'kept')];
  const capturing = spawn(process.execPath, [cli, 'network', 'capture', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(capturing, 'exit');
  await said(capturing.stderr, 'Refused logins are watched as well');
  capturing.stderr.resume();
  act();
  capturing.kill('SIGINT');
  await ended;
}
await kept(() => guess('mysql', mariadbPort, '-t', '1'));
const log = await findMysqlLog(AbortSignal.timeout(60_000));
writeFileSync(join(folder, 'found-log.json'), JSON.stringify(log));
server.kill('SIGKILL');
await exited;
const sshd = await startSshd(folder, { port: guessedSshPort, host: join(folder, 'host') });
// sshd ends each connection after six attempts, and hydra waits for so many seconds before it begins another.
guess('ssh', guessedSshPort, '-t', '4', '-f', '-w', '2');
sshd.kill();
await wire.close();
