/** Somebody at a terminal without a terminal: the real `./holdfast` in a process of its own, with a home of its own. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliPerson extends AsyncDisposable {
  /** Working folder of every command; removed at the end. */
  readonly folder: string;
  readonly configFolder: string;
  readonly passwordFile: string;
  readonly password: string;
  run(...args: string[]): Promise<Ran>;
  /** Becomes the first account of a workspace, as Ada, and is logged in there; `url` when it is reached another way. */
  signUp(server: { readonly url: string; readonly data: string }, url?: string): Promise<void>;
  runWith(options: RunOptions, ...args: string[]): Promise<Ran>;
  /** The JSON on stdout of a command that must succeed. */
  json<Value>(...args: string[]): Promise<Value>;
  start(...args: string[]): CliProcess;
  path(...names: string[]): string;
}

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface CliProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly ended: Promise<Ran>;
}

export const launcher = join(import.meta.dirname, '../../../holdfast');

export async function cliPerson(): Promise<CliPerson> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-'));
  const configFolder = join(folder, '.config');
  const password = 'seven quiet herons at dusk';
  const passwordFile = join(folder, '.password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });

  const start = (args: readonly string[], { cwd = folder, env = {} }: RunOptions = {}): CliProcess => {
    // Nothing of whoever runs the tests: no session, no HOLDFAST_ settings.
    const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_')));
    const child = spawn(launcher, args, {
      cwd,
      env: { ...own, XDG_CONFIG_HOME: configFolder, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => {});
    const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
    const ended = (async () => {
      const [exitCode] = (await once(child, 'close')) as [number | null];
      return { exitCode, stdout: await stdout, stderr: await stderr };
    })();
    return { child, ended };
  };
  const runWith = async (options: RunOptions, args: readonly string[]): Promise<Ran> => {
    const { child, ended } = start(args, options);
    child.stdin.end(options.input ?? '');
    return await ended;
  };

  return {
    folder,
    configFolder,
    passwordFile,
    password,
    path: (...names) => join(folder, ...names),
    run: async (...args) => await runWith({}, args),
    runWith: async (options, ...args) => await runWith(options, args),
    async signUp({ url, data }, at = url) {
      const person = ['--name', 'Ada', '--email', 'ada@example.org', '--password-file', passwordFile];
      const code = ['--setup-code-file', join(data, 'setup-code'), '--kit', join(folder, '.kit')];
      const { exitCode, stderr } = await runWith({}, ['signup', at, ...person, ...code]);
      if (exitCode !== 0) throw new Error(`holdfast signup: exit code ${exitCode}\n${stderr}`);
    },
    async json<Value>(...args: string[]) {
      const { exitCode, stdout, stderr } = await runWith({}, [...args, '--json']);
      if (exitCode !== 0) throw new Error(`holdfast ${args.join(' ')}: exit code ${exitCode}\n${stdout}${stderr}`);
      return JSON.parse(stdout) as Value;
    },
    start: (...args) => start(args),
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
