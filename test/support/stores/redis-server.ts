/** The Redis that `npm run services:install` started, and ones that a test starts and stops itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const SERVICES = join(import.meta.dirname, '../../../.services');
const PROGRAM = join(SERVICES, 'redis/redis-server');

/** `redis://127.0.0.1:PORT`; `null` where it does not run. */
export const redisUrl = readEndpoint();

/** For `test(name, { skip })`: the reason, or false. Throws where services are required. */
export const skipWithoutRedis =
  redisUrl === null || !existsSync(PROGRAM) ? 'needs Redis: npm run services:install -- redis' : false;
if (skipWithoutRedis && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skipWithoutRedis);

/** The same as where an adapter connects to. */
export function redisPlace(port = Number(new URL(redisUrl ?? 'redis://x:1').port)) {
  return { host: '127.0.0.1', port, tls: false, database: 0, username: null, password: null };
}

/** One of the test's own, ready when it resolves; disposing kills it. */
export async function startRedis(port: number, ...words: readonly string[]): Promise<AsyncDisposable> {
  const child = spawn(PROGRAM, ['--bind', '127.0.0.1', '--port', String(port), '--save', '', ...words], {
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`Redis ended with ${child.exitCode}`);
    await pause(10);
  }
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function readEndpoint(): string | null {
  try {
    return readFileSync(join(SERVICES, 'redis.endpoint'), 'utf8').trim();
  } catch {
    return null;
  }
}
