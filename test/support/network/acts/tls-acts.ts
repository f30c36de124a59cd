/** openssl's server and curl: a version at a time, a client that trusts it and one that does not, a session that is resumed. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { ADDRESS } from '../labs/captured-wire.ts';
import { listens } from './listens.ts';

const PROGRAMS = ['/usr/bin/openssl', '/usr/bin/curl'];
export const missingForTls = (): string[] => PROGRAMS.filter((path) => !existsSync(path));

/** Ports of servers that speak one version. */
export const tlsPorts = { TLSv12: 4412, TLSv13: 4413 } as const;
const FLAGS = { TLSv12: '-tls1_2', TLSv13: '-tls1_3' } as const;
export const SERVER_NAME = 'lab.example';

export async function actTls([certificate, key]: readonly [string, string]): Promise<void> {
  for (const version of ['TLSv12', 'TLSv13'] as const) {
    const port = tlsPorts[version];
    const words = ['s_server', '-accept', `${ADDRESS}:${port}`, '-cert', certificate, '-key', key, '-www', '-quiet'];
    const server = spawn('openssl', [...words, FLAGS[version], '-alpn', 'http/1.1'], { stdio: 'ignore' });
    const exited = once(server, 'exit');
    await listens(port);
    const url = `https://${SERVER_NAME}:${port}/`;
    const curl = (...flags: string[]): number | null =>
      spawnSync('curl', ['-s', '--max-time', '10', '--resolve', `${SERVER_NAME}:${port}:${ADDRESS}`, ...flags], {
        stdio: 'ignore',
      }).status;
    const outcomes = [curl('--cacert', certificate, url), curl(url)];
    if (outcomes.join() !== '0,60') throw new Error(`curl ended with ${outcomes.join(', ')}`);
    spawnSync('openssl', ['s_client', '-connect', `${ADDRESS}:${port}`, '-reconnect', '-servername', SERVER_NAME], {
      ...{ input: 'Q\n', stdio: ['pipe', 'ignore', 'ignore'], timeout: 10_000 },
    });
    server.kill();
    await exited;
  }
}
