/**
 * Runs in a network namespace of its own with a second one beside it: blocks and takes back an address by the verbs, and tells
 * after each step whether the other side gets through. Folder for state is the only argument; writes JSON to stdout.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { said } from './captured-wire.ts';

const [state = ''] = process.argv.slice(2);
const CLI = join(import.meta.dirname, '../../../../src/entry/cli.ts');
const GUEST = '192.0.2.2';
const run = (command: string, words: readonly string[]): string =>
  execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

run('ip', ['link', 'set', 'lo', 'up']);
const other = spawn('unshare', ['--net', 'sleep', '280'], { stdio: 'ignore' });
const pid = String(other.pid);
while (readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync('/proc/self/ns/net')) {
  await new Promise((resolve) => setImmediate(resolve));
}
run('ip', ['link', 'add', 'here0', 'type', 'veth', 'peer', 'name', 'there0', 'netns', pid]);
const there = (words: readonly string[]): string => run('nsenter', ['-t', pid, '-n', ...words]);
run('ip', ['addr', 'add', '192.0.2.1/24', 'dev', 'here0']);
run('ip', ['link', 'set', 'here0', 'up']);
there(['ip', 'addr', 'add', `${GUEST}/24`, 'dev', 'there0']);
there(['ip', 'link', 'set', 'there0', 'up']);
run('ip', ['route', 'add', 'default', 'via', '192.0.2.9']);

/** What the guest serves is reached, or not. */
const serving = spawn(
  'nsenter',
  [
    '-t',
    pid,
    '-n',
    process.execPath,
    '-e',
    `require('node:net').createServer((s) => s.pipe(s)).listen(7000, '${GUEST}', () => console.log('up'))`,
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
await once(serving.stdout, 'data');

async function reached(): Promise<boolean> {
  const socket = connect({ host: GUEST, port: 7000 });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => setImmediate(() => resolve(false)), 400);
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  const answer = await promise;
  clearTimeout(timer);
  socket.destroy();
  return answer;
}

const ENVIRONMENT = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: state,
  HOLDFAST_NETWORK_NEVER_BLOCK: '198.51.100.0/24',
  SSH_CONNECTION: '203.0.113.50 1 192.0.2.1 22',
};

function verb(...words: readonly string[]): { readonly exitCode: number | null; readonly said: unknown } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [CLI, 'network', ...words, '--state', state, '--json'],
    {
      encoding: 'utf8',
      env: ENVIRONMENT,
    },
  );
  return { exitCode: status, said: JSON.parse(stdout || stderr || 'null') };
}

const block = (address: string, time = '1h', ...more: readonly string[]) =>
  verb('block', address, '--for', time, '--why', 'a test', ...more);

/** The guest tries 25 passwords at an FTP server here, while a capture keeps flows that may block by itself; until that says what it did. */
async function guessed(): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 ready\r\n');
    socket.on('data', (line) => socket.write(String(line).startsWith('USER') ? '331 password\r\n' : '530 no\r\n'));
  }).listen(21, '192.0.2.1');
  const words = ['network', 'capture', '-i', 'here0', '--keep', '--state', state];
  const env = { ...ENVIRONMENT, HOLDFAST_NETWORK_BLOCK_AUTOMATIC_MS: '600000', HOLDFAST_NETWORK_BATCH_MS: '100' };
  const capturing = spawn(process.execPath, [CLI, ...words], { stdio: ['ignore', 'ignore', 'pipe'], env });
  const ended = once(capturing, 'exit');
  await said(capturing.stderr, 'Ctrl-C ends it');
  const guesses = `let tries = 0;
    const socket = require('node:net').connect(21, '192.0.2.1').on('error', () => undefined);
    socket.on('data', (line) => {
      if (tries === 25) return socket.end();
      if (/^331/.test(line)) return socket.write('PASS wrong\\r\\n');
      tries += 1;
      socket.write('USER root\\r\\n');
    });
    setTimeout(() => process.exit(), 60000);`;
  const guessing = spawn('nsenter', ['-t', pid, '-n', process.execPath, '-e', guesses], { stdio: 'ignore' });
  const told = await said(capturing.stderr, 'network unblock');
  capturing.stderr.resume();
  capturing.kill('SIGINT');
  await ended;
  guessing.kill();
  server.close();
  return told;
}
const steps: Record<string, unknown> = {};
try {
  steps['before'] = await reached();
  steps['dryRun'] = [block(GUEST, '1h', '--dry-run'), await reached(), run('nft', ['list', 'ruleset'])];
  // A connection that is open when the block comes is cut too: what it sends is not answered any more.
  const open = connect({ host: GUEST, port: 7000 });
  await once(open, 'connect');
  let echoed = 0;
  open.on('data', (bytes) => (echoed += bytes.length));
  open.on('error', () => undefined);
  const made = block(GUEST);
  open.write('hello');
  steps['made'] = [made, await reached(), echoed];
  steps['again'] = block(GUEST);
  steps['list'] = verb('block', '--list');
  steps['second'] = block('2001:db8::7', '30m');
  steps['undone'] = [verb('unblock', GUEST), await reached()];
  const short = block(GUEST, '8s');
  while (!(await reached()));
  steps['over'] = [short, verb('block', '--list'), verb('unblock', GUEST)];
  steps['automatic'] = [await guessed(), await reached(), verb('block', '--list'), verb('unblock', GUEST)];
  const changed = block(GUEST, '2h');
  run('nft', ['delete', 'element', 'inet', 'holdfast_block', 'blocked4', `{ ${GUEST} }`]);
  run('nft', ['add', 'element', 'inet', 'holdfast_block', 'blocked4', `{ ${GUEST} timeout 9h }`]);
  steps['changed'] = [changed, verb('unblock', GUEST), await reached()];
  run('nft', ['insert', 'rule', 'inet', 'holdfast_block', 'prerouting', 'accept']);
  steps['foreign'] = block('203.0.113.77');
  steps['refused'] = [
    '192.0.2.1',
    '192.0.2.9',
    '127.0.0.1',
    '224.0.0.1',
    '198.51.100.4',
    '203.0.113.50',
    '::ffff:203.0.113.50',
  ].map((address) => block(address));
  open.destroy();
} finally {
  other.kill();
  serving.kill();
}
process.stdout.write(JSON.stringify(steps));
