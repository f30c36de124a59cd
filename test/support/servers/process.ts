/** The server as the operating system sees it: a process that is started, answers, is stopped, or is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** On the loopback address, without a slash at the end. */
  readonly url: string;
  /** Resolves at the first answer; rejects when the process ends before it. */
  readonly ready: Promise<void>;
  /** Resolves when the process is gone, however it ended. */
  readonly ended: Promise<void>;
}

export interface ServerProcessOptions {
  /** The command and its first words. */
  readonly launcher: readonly string[];
  readonly dataFolder: string;
  readonly port: number;
  /** Beside what {@link plainEnvironment} leaves. */
  readonly env: Readonly<Record<string, string>>;
  /** Where its log goes: an open file, or that of the caller, which is the default. */
  readonly log?: number;
  /** Whether it leads a process group, so that all its children can be told apart; default false. */
  readonly ownGroup?: boolean;
}

/** `launcher serve`, on its way: nothing is waited for. */
export function spawnServer(options: ServerProcessOptions): ServerProcess {
  const { launcher, dataFolder, port, env, log, ownGroup = false } = options;
  const [file = '', ...first] = launcher;
  const child = spawn(file, [...first, 'serve', '--data', dataFolder, '--port', String(port)], {
    // The default port of the chat line is one for all servers of this machine.
    env: { ...plainEnvironment(), HOLDFAST_CHAT_LINE_PORT: '0', ...env },
    stdio: ['ignore', 'ignore', log ?? 'inherit'],
    detached: ownGroup,
  });
  const ended = once(child, 'exit').then(() => undefined);
  const ready = firstAnswer(`http://127.0.0.1:${port}`, child);
  // Whoever kills it before it answers does not wait for the answer.
  ready.catch(() => undefined);
  return { child, pid: child.pid ?? 0, url: `http://127.0.0.1:${port}`, ready, ended };
}

/** Settings of whoever runs this are not settings of the workspace. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_')));
}

/** How many ports a process chooses from. */
const BLOCK = 64;
const FIRST_PORT = 11_000;
const BLOCKS = 320;

/** The first port of the block that this process alone chooses from. */
let own: Promise<number> | undefined;
let nextInBlock = 0;

/**
 * A port that was free a moment ago, and that nobody takes before it is used. It lies below the range the kernel takes
 * from for `listen(0)` and for outgoing connections (from 32768 on): with one out of that range, any other test file
 * that runs now may be given it meanwhile. Processes that run at once have their own block each.
 */
export async function freePort(): Promise<number> {
  const first = await (own ??= ownBlock());
  for (let tried = 1; tried < BLOCK; tried++) {
    nextInBlock = (nextInBlock % (BLOCK - 1)) + 1;
    const port = first + nextInBlock;
    if (await isFree(port)) return port;
  }
  throw new Error('Find a free port: all of this process are taken');
}

/** Listens on the first port of a block for as long as this process lives, so that no other process takes that block. */
async function ownBlock(): Promise<number> {
  for (let tried = 0; tried < BLOCKS; tried++) {
    const first = FIRST_PORT + ((process.pid + tried) % BLOCKS) * BLOCK;
    const held = await listening(first);
    if (held === null) continue;
    held.unref();
    return first;
  }
  throw new Error('Find a free port: all blocks are taken');
}

/** Whether somebody may listen there on the loopback address. */
async function isFree(port: number): Promise<boolean> {
  const probe = await listening(port);
  if (probe === null) return false;
  probe.close();
  await once(probe, 'close');
  return true;
}

/** `null`: somebody else does. */
async function listening(port: number): Promise<Server | null> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return null;
  }
  return server;
}

/** Polls the way a load balancer does, only faster; rejects when the server ends before it answers. */
async function firstAnswer(url: string, server: ChildProcess): Promise<void> {
  while (server.exitCode === null && server.signalCode === null) {
    try {
      const answer = await fetch(`${url}/healthz`);
      await answer.arrayBuffer();
      if (answer.ok) return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  throw new Error(`Start the server: it ended with ${server.exitCode ?? server.signalCode} before it answered`);
}
