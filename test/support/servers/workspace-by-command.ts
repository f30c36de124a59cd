/** A whole workspace used as people use it: the command serves it, the command signs up, puts and gets. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, plainEnvironment, type ServerProcess, spawnServer } from './process.ts';

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WorkspaceByCommand extends AsyncDisposable {
  readonly url: string;
  readonly dataFolder: string;
  readonly serverPid: number;
  /** From the start of the process to the first answer. */
  readonly startMs: number;
  /** Runs the command to its end, whatever its exit code. */
  run(...args: string[]): Promise<Ran>;
  /** Signs up with the setup code of the server; the recovery kit lies at `kitFile`. */
  signUp(): Promise<void>;
  readonly kitFile: string;
  readonly passwordFile: string;
  /** Kills the server as a loss of power would, and serves the same data at the same address again. */
  killAndServeAgain(): Promise<void>;
  stop(): Promise<void>;
}

/** Runs a command and collects what it printed. A command that cannot be started rejects. */
export async function run(command: readonly string[], env: Record<string, string>, input?: string): Promise<Ran> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { env: { ...plainEnvironment(), ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stdout: await stdout, stderr: await stderr };
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

/**
 * Serves `folder`/data with `launcher` (the command and its first words) and waits for its first answer. Everything
 * the command keeps for its user lies in `folder` too. `settings` are HOLDFAST_* variables of the server.
 */
export async function serveByCommand(
  launcher: readonly string[],
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<WorkspaceByCommand> {
  const dataFolder = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  const kitFile = join(folder, 'recovery-kit.txt');
  const env = { XDG_CONFIG_HOME: join(folder, 'config'), HOLDFAST_LOG_LEVEL: 'warn' };
  mkdirSync(folder, { recursive: true });
  writeFileSync(passwordFile, 'seven quiet herons at dusk\n', { mode: 0o600 });

  const port = await freePort();
  const url = `http://localhost:${port}`;
  const started = performance.now();
  const serve = (): ServerProcess => spawnServer({ launcher, dataFolder, port, env: { ...env, ...settings } });
  let server = serve();
  await server.ready;
  const startMs = performance.now() - started;

  const stop = async (): Promise<void> => {
    const { child, ended } = server;
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  };
  return {
    url,
    dataFolder,
    kitFile,
    passwordFile,
    startMs,
    get serverPid() {
      return server.pid;
    },
    run: async (...args) => await run([...launcher, ...args], env),
    async signUp() {
      const person = ['--name', 'Ada Lovelace', '--email', 'ada@example.org', '--password-file', passwordFile];
      const setup = ['--setup-code-file', join(dataFolder, 'setup-code'), '--kit', kitFile];
      const { exitCode, stderr } = await run([...launcher, 'signup', url, ...person, ...setup], env);
      if (exitCode !== 0) throw new Error(`Sign up: exit code ${exitCode}\n${stderr}`);
    },
    async killAndServeAgain() {
      server.child.kill('SIGKILL');
      await server.ended;
      server = serve();
      await server.ready;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
