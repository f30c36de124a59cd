/** A real Redis with a password and an account, and logins that succeed and fail. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { ADDRESS } from '../labs/captured-wire.ts';
import { listens } from './listens.ts';

const PROGRAM = join(import.meta.dirname, '../../../../.services/redis/redis-server');
export const redisPort = 6399;
export const REDIS_SECRET = 'hunter2redis';
export const missingForRedis = (): string[] => [PROGRAM].filter((path) => !existsSync(path));

export async function actRedis(): Promise<void> {
  const words = ['--bind', ADDRESS, '--port', String(redisPort), '--save', '', '--requirepass', REDIS_SECRET];
  const server = spawn(PROGRAM, [...words, '--user', 'ann', 'on', `>${REDIS_SECRET}`, '~*', '+@all'], {
    stdio: 'ignore',
  });
  const exited = once(server, 'exit');
  await listens(redisPort);
  const logins = [
    { password: REDIS_SECRET },
    { password: 'wrong' },
    { username: 'ann', password: REDIS_SECRET },
    { username: 'ben', password: 'wrong' },
  ];
  for (const login of logins) {
    const client = new Redis({ host: ADDRESS, port: redisPort, retryStrategy: () => null, ...login });
    client.on('error', () => undefined);
    await client.set('a', 'b').catch(() => undefined);
    client.disconnect();
  }
  server.kill('SIGKILL');
  await exited;
}
