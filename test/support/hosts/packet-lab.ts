/**
 * A host with a firewall and a stranger beside it, each a network namespace of its own. Run inside of one by
 * `unshare --net`: loads the rules, tries to reach every port from two addresses, and tells who got through, together
 * with the rules as the tools print them. Reads its task as JSON from stdin, writes JSON to stdout.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync, realpathSync } from 'node:fs';
import { createServer, connect, type Server } from 'node:net';
import { json } from 'node:stream/consumers';

export interface Task {
  /** Text for `nft -f`. */
  readonly nft?: string;
  /** Texts for iptables-restore and ip6tables-restore. */
  readonly iptables?: string;
  readonly ip6tables?: string;
  readonly ports: readonly number[];
}

/** The address that rules know, and one that they do not. */
export interface Met {
  readonly family: 4 | 6;
  readonly port: number;
  readonly friend: boolean;
  readonly stranger: boolean;
}

export interface Outcome {
  readonly met: readonly Met[];
  readonly nft: string;
  readonly iptables: string;
  readonly ip6tables: string;
}

/** The host has an address in the network of each; that of friends is within 10.0.0.0/8 and fd00::/8. */
const FRIEND = { 4: ['10.9.0.1', '10.9.0.2'], 6: ['fd09::1', 'fd09::2'] } as const;
const STRANGER = { 4: ['192.0.2.1', '192.0.2.2'], 6: ['2001:db8::1', '2001:db8::2'] } as const;
/** Nobody answers what is dropped; within the machine an answer takes a millisecond. */
const PATIENCE_MS = 400;

const run = (command: string, words: readonly string[], input = ''): string =>
  execFileSync(command, words, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'] });

async function lab(task: Task): Promise<Outcome> {
  run('ip', ['link', 'set', 'lo', 'up']);
  const other = spawn('unshare', ['--net', 'sleep', '60'], { stdio: 'ignore' });
  const servers: Server[] = [];
  try {
    const pid = String(other.pid);
    while (
      readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync('/proc/self/ns/net') ||
      !programOf(pid).endsWith('sleep')
    ) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    run('ip', ['link', 'add', 'outer0', 'type', 'veth', 'peer', 'name', 'peer0', 'netns', pid]);
    const outside = (command: string, words: readonly string[]): string =>
      run('nsenter', ['-t', pid, '-n', command, ...words]);
    for (const each of [FRIEND, STRANGER]) {
      address(run, 'outer0', [each[4][0], each[6][0]]);
      address(outside, 'peer0', [each[4][1], each[6][1]]);
    }
    for (const port of task.ports) {
      const server = createServer((socket) => socket.end());
      server.listen(port, '::');
      await once(server, 'listening');
      servers.push(server);
    }
    if (task.nft !== undefined) run('nft', ['-f', '-'], task.nft);
    if (task.iptables !== undefined) run('iptables-restore', [], task.iptables);
    if (task.ip6tables !== undefined) run('ip6tables-restore', [], task.ip6tables);
    const tries = spawn(
      'nsenter',
      ['-t', pid, '-n', process.execPath, import.meta.filename, 'reach', JSON.stringify(task.ports)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    return {
      met: (await json(tries.stdout)) as readonly Met[],
      nft: run('nft', ['-n', 'list', 'ruleset']),
      iptables: run('iptables-save', []),
      ip6tables: run('ip6tables-save', []),
    };
  } finally {
    other.kill();
    for (const server of servers) server.close();
  }
}

function programOf(pid: string): string {
  try {
    return realpathSync(`/proc/${pid}/exe`);
  } catch {
    return '';
  }
}

function address(
  there: (command: string, words: readonly string[]) => string,
  name: string,
  addresses: readonly string[],
): void {
  for (const each of addresses) {
    there('ip', ['addr', 'add', ...(each.includes(':') ? [`${each}/64`, 'nodad'] : [`${each}/24`]), 'dev', name]);
  }
  there('ip', ['link', 'set', name, 'up']);
}

async function reach(ports: readonly number[]): Promise<readonly Met[]> {
  const tries = ports.flatMap((port) =>
    ([4, 6] as const).map(async (family): Promise<Met> => {
      const [friend, stranger] = await Promise.all([got(FRIEND[family], port), got(STRANGER[family], port)]);
      return { family, port, friend, stranger };
    }),
  );
  return await Promise.all(tries);
}

async function got([host, localAddress]: readonly [string, string], port: number): Promise<boolean> {
  const socket = connect({ host, port, localAddress });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  // The kernel connects at once, whatever else the machine does; what it has to tell is heard before time is up.
  const timer = setTimeout(() => setImmediate(() => resolve(false)), PATIENCE_MS);
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

if (import.meta.main) {
  const [verb, ports = ''] = process.argv.slice(2);
  const answer =
    verb === 'reach'
      ? await reach(JSON.parse(ports) as readonly number[])
      : await lab((await json(process.stdin)) as Task);
  process.stdout.write(JSON.stringify(answer));
}
