/** The server of MongoDB's protocol that `npm run services:install` started, and ones that a test starts and stops itself. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { hasCode } from '../../../src/base/errors.ts';
import type { MongoFlowsOptions } from '../../../src/network/store/mongodb/mongodb.ts';

const SERVICES = join(import.meta.dirname, '../../../.services');
const FOLDER = join(SERVICES, 'mongo-java-server');

/** `mongodb://127.0.0.1:PORT`; `null` where it does not run. */
export const mongoUrl = readEndpoint();

/** For `test(name, { skip })`: the reason, or false. Throws where services are required. */
export const skipWithoutMongo =
  mongoUrl === null || !existsSync(FOLDER)
    ? 'needs a server of MongoDB’s protocol: npm run services:install -- mongo-java-server'
    : false;
if (skipWithoutMongo && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skipWithoutMongo);

const made: string[] = [];
after(async () => {
  if (mongoUrl === null || made.length === 0) return;
  // The server has all of them in memory.
  await using client = new MongoClient(mongoUrl);
  for (const name of made) await client.db(name).dropDatabase();
});

/** A database that no other test has; it goes with the test's process. */
export function newDatabase(): string {
  const name = `holdfast-test-${randomBytes(8).toString('hex')}`;
  made.push(name);
  return name;
}

export const mongoPort = Number(new URL(mongoUrl ?? 'mongodb://x:1').port);

/** The options of a store in a database of its own, kept for a month. */
export function mongoFlows(port = mongoPort, query = ''): MongoFlowsOptions {
  return {
    ...{
      url: `mongodb://127.0.0.1:${port}/${query}`,
      hosts: `127.0.0.1:${port}`,
      user: null,
      password: null,
    },
    ...{ database: newDatabase(), keptMs: 30 * 86_400_000, mostBytes: 2 ** 40, clock: Date.now },
  };
}

/** Does it again while the store cannot be reached, as agents do, however long the driver takes to find its server again. */
export async function again<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      if (!hasCode(error, 'flows_unavailable') || tries === 30) throw error;
    }
  }
}

/** One of the test's own, ready when it resolves; disposing kills it, and what it held is gone. */
export async function startMongo(port: number): Promise<AsyncDisposable> {
  const child = spawn('java', ['-Xmx128m', '-cp', 'classes:jars/*', 'Serve', String(port)], {
    cwd: FOLDER,
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`mongo-java-server ended with ${child.exitCode}`);
    await pause(20);
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
    return readFileSync(join(SERVICES, 'mongo-java-server.endpoint'), 'utf8').trim();
  } catch {
    return null;
  }
}
