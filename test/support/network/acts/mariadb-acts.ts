/** A real MariaDB: logins that succeed and fail, with several plugins, and one over TLS. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ADDRESS } from '../labs/captured-wire.ts';
import { listens } from './listens.ts';

const PROGRAMS = ['/usr/sbin/mariadbd', '/usr/bin/mariadb', '/usr/bin/mariadb-install-db'];
export const mariadbPort = 3399;
export const missingForMariadb = (): string[] => PROGRAMS.filter((path) => !existsSync(path));

export async function actMariadb(folder: string, certificate: readonly [string, string]): Promise<void> {
  const [program = '', client = '', install = ''] = PROGRAMS;
  const data = `--datadir=${join(folder, 'mariadb')}`;
  const socket = `--socket=${join(folder, 'mysqld.sock')}`;
  execFileSync(install, ['--no-defaults', '--user=root', data, '--skip-test-db'], { stdio: 'ignore' });
  const words = ['--no-defaults', '--user=root', data, socket, `--bind-address=${ADDRESS}`, `--port=${mariadbPort}`];
  words.push('--skip-name-resolve', '--innodb-buffer-pool-size=8M', `--log-error=${join(folder, 'mariadb.log')}`);
  words.push(`--ssl-cert=${certificate[0]}`, `--ssl-key=${certificate[1]}`);
  const server = spawn(program, words, { stdio: 'ignore' });
  const exited = once(server, 'exit');
  await listens(mariadbPort);
  const sql = (...statements: string[]): void => {
    execFileSync(client, ['--no-defaults', socket, '--user=root', '-e', statements.join(';')], { stdio: 'ignore' });
  };
  sql(
    "CREATE USER 'native'@'%' IDENTIFIED BY 'right'",
    "CREATE USER 'open'@'%' IDENTIFIED BY ''",
    'CREATE DATABASE shop',
    "GRANT ALL ON shop.* TO 'native'@'%'",
  );
  const login = (...flags: string[]): void => {
    spawnSync(client, ['--no-defaults', `--host=${ADDRESS}`, `--port=${mariadbPort}`, '-e', 'SELECT 1', ...flags], {
      ...{ stdio: 'ignore', timeout: 10_000 },
    });
  };
  login('--skip-ssl', '--user=native', '--password=right', 'shop');
  login('--skip-ssl', '--user=native', '--password=wrong');
  login('--skip-ssl', '--user=nobody', '--password=wrong');
  login('--skip-ssl', '--user=open');
  login('--ssl', '--user=native', '--password=right');
  server.kill('SIGKILL');
  await exited;
}
