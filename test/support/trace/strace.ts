/** Watches the system calls of a process and of all its threads, by strace. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { plainEnvironment } from '../servers/process.ts';
import { parseTrace, type Call } from './calls.ts';

/** What writes, brings to the disk, makes and gives names, and answers. */
const CALLS = [
  ...['read', 'readv', 'recvfrom', 'recvmsg'],
  ...['write', 'writev', 'pwrite64', 'pwritev', 'pwritev2', 'sendto', 'sendmsg', 'copy_file_range', 'sendfile'],
  ...['fsync', 'fdatasync', 'syncfs', 'sync_file_range'],
  ...['rename', 'renameat', 'renameat2', 'link', 'linkat', 'unlink', 'unlinkat', 'mkdir', 'mkdirat', 'openat'],
];

/** A page of the records with its frame, so that ids in it can be seen. */
const SHOWN_BYTES = 4200;

const STRACE = '/usr/bin/strace';

/** False, and the test is skipped, where strace is missing or may not trace; where tools are required that is a failure. */
export function straceOrSkip(test: TestContext): boolean {
  try {
    accessSync(STRACE, constants.X_OK);
    return true;
  } catch {
    const why = 'strace is missing: npm run services:install -- strace';
    if (process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(why);
    test.skip(why);
    return false;
  }
}

/**
 * True when a process hands calls on files to a thread of the kernel (io_uring, SQPOLL): they would leave no trace. The
 * rings that libuv watches its sockets with have no such thread.
 */
export async function hidesFileCalls(pid: number): Promise<boolean> {
  const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
  if (!environment.includes('UV_USE_IO_URING=0')) throw new Error(`Process ${pid} runs without UV_USE_IO_URING=0`);
  for (const descriptor of await readdir(`/proc/${pid}/fdinfo`)) {
    const facts = await readFile(`/proc/${pid}/fdinfo/${descriptor}`, 'utf8').catch(() => '');
    if (/^SqThread:\s*\d/m.test(facts)) return true;
  }
  return false;
}

const wordsFor = (output: string): string[] => {
  return ['-f', '-yy', '-s', String(SHOWN_BYTES), '-e', `trace=${CALLS.join(',')}`, '-o', output];
};

/** The calls of a command from its start to its end; it must end well. */
export async function traceCommand(
  command: readonly string[],
  output: string,
  env: Readonly<Record<string, string>>,
): Promise<Call[]> {
  const strace = spawn(STRACE, [...wordsFor(output), ...command], {
    env: { ...plainEnvironment(), ...env, UV_USE_IO_URING: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: Buffer[] = [];
  strace.stderr.on('data', (piece: Buffer) => said.push(piece));
  const [exitCode] = (await once(strace, 'close')) as [number | null];
  if (exitCode !== 0) throw new Error(`Trace ${command.join(' ')}: ${Buffer.concat(said).toString()}`);
  return parseTrace(await readFile(output, 'latin1'));
}

/** The calls of a running process, from just before `act` to just after it. */
export async function traceWhile<Result>(
  pid: number,
  output: string,
  act: () => Promise<Result>,
): Promise<{ readonly calls: Call[]; readonly result: Result }> {
  const strace = spawn(STRACE, [...wordsFor(output), '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(strace, 'exit');
  const attached = Promise.withResolvers<void>();
  let said = '';
  strace.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.includes('attached')) attached.resolve();
  });
  void ended.then(() => attached.reject(new Error(`Trace process ${pid}: ${said}`)));
  await attached.promise;
  try {
    const result = await act();
    return { result, calls: await callsAfter(strace, ended, output) };
  } finally {
    if (strace.exitCode === null && strace.signalCode === null) strace.kill('SIGKILL');
  }
}

async function callsAfter(strace: ReturnType<typeof spawn>, ended: Promise<unknown>, output: string): Promise<Call[]> {
  // It lets go of the process and writes out what it has.
  strace.kill('SIGINT');
  await ended;
  return parseTrace(await readFile(output, 'latin1'));
}
