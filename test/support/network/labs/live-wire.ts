/** Two network namespaces with a wire between them, and programs that run at its ends. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const CLI = join(import.meta.dirname, '../../../../src/entry/cli.ts');
const SOURCES: readonly string[] = [process.execPath, CLI];

interface CaptureStart {
  readonly before?: readonly string[];
  readonly program?: readonly string[];
}

/** Sends so many datagrams from 10.7.0.1, each from a port of its own. */
const SENDER = `
  const { createSocket } = require('node:dgram');
  const [datagrams, fromPort] = process.argv.slice(1).map(Number);
  (async () => {
    for (let index = 0; index < datagrams; index += 1) {
      const socket = createSocket('udp4');
      await new Promise((resolve) => socket.bind(fromPort + index, '10.7.0.1', resolve));
      await new Promise((resolve) => socket.send('hello', 7777, '10.7.0.2', resolve));
      socket.close();
    }
  })();`;

export async function openWire() {
  const [near, far] = [emptyNetwork(), emptyNetwork()];
  await Promise.all([near.ready(), far.ready()]);
  near.run('ip', 'link', 'add', 'wire0', 'type', 'veth', 'peer', 'name', 'wire1', 'netns', String(far.pid));
  for (const [end, device, address] of [
    [near, 'wire0', '10.7.0.1/24'] as const,
    [far, 'wire1', '10.7.0.2/24'] as const,
  ]) {
    end.run('ip', 'address', 'add', address, 'dev', device);
    end.run('ip', 'link', 'set', device, 'up');
  }
  return {
    unplug: () => near.run('ip', 'link', 'delete', 'wire0'),
    send: (datagrams: number, fromPort: number) =>
      near.run(process.execPath, '-e', SENDER, String(datagrams), String(fromPort)),
    /** A program at the other end, where the interface is wire1. */
    begin: (...words: readonly string[]) =>
      spawn('nsenter', ['-t', String(far.pid), '-n', ...words], { stdio: ['ignore', 'pipe', 'inherit'] }),
    /** `holdfast network capture`, begun: resolves once packets are taken. `before`: words to start it with; `program`: in place of the sources. */
    async capture(words: readonly string[], cwd: string, { before = [], program = SOURCES }: CaptureStart = {}) {
      const inside = ['-t', String(near.pid), '-n', ...before, ...program, 'network', 'capture', ...words];
      const child = spawn('nsenter', inside, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number, stdout, stderr }));
      let hasEnded = false;
      void ended.then(() => (hasEnded = true));
      while (!stderr.includes('Capturing on') && !hasEnded) await wait(20);
      return { child, ended, tool: () => childrenOf(child.pid ?? 0)[0] ?? null };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([near.end(), far.end()]);
    },
  };
}

function emptyNetwork() {
  const child = spawn('unshare', ['--net', 'sleep', '300'], { stdio: 'ignore' });
  const own = readlinkSync('/proc/self/ns/net');
  return {
    pid: child.pid,
    run: (...words: string[]): string =>
      execFileSync('nsenter', ['-t', String(child.pid), '-n', ...words], { encoding: 'utf8', timeout: 60_000 }),
    async ready() {
      while (readlinkSync(`/proc/${child.pid}/ns/net`) === own) await wait(5);
    },
    async end() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

interface RunningProgram {
  readonly pid: number;
  /** Whose rights it has. */
  readonly uid: number;
}

export function childrenOf(parent: number): readonly RunningProgram[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const status = statusOf(Number(name));
      if (!new RegExp(`^PPid:\\s+${parent}$`, 'm').test(status)) return [];
      return [{ pid: Number(name), uid: Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) }];
    });
}

export function isRunning(pid: number): boolean {
  // One that has ended stays listed until it is reaped, where nobody reaps for ever.
  return /^State:\s+[^ZX]/m.test(statusOf(pid));
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
