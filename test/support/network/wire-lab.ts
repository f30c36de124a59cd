/**
 * Runs in a network namespace of its own: talks over the loopback device in every way a test wants to see, while tcpdump
 * writes it down. The capture's path is the only argument. Fragments come of datagrams that are longer than the device's MTU.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

const ADDRESS = '127.0.0.1';
const [capture = ''] = process.argv.slice(2);

execFileSync('ip', ['link', 'set', 'lo', 'mtu', '1500', 'up']);
const tcpdump = spawn('tcpdump', ['-i', 'lo', '-U', '--immediate-mode', '-B', '16384', '-w', capture], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
await said(tcpdump.stderr, 'listening on');

await talkOverTcp();
await talkOverUdp();
for (const target of [ADDRESS, '::1']) execFileSync('ping', ['-c', '2', '-i', '0.01', target], { stdio: 'ignore' });

await sayLast();
const counted = said(tcpdump.stderr, 'packets dropped by kernel');
tcpdump.kill('SIGINT');
const last = await counted;
if (!/\b0 packets dropped by kernel/.test(last)) throw new Error(last);

/** Resolves with all that was said up to there. */
async function said(stream: Readable, words: string): Promise<string> {
  let text = '';
  for await (const piece of stream.iterator({ destroyOnReturn: false })) {
    text += String(piece);
    if (text.includes(words)) return text;
  }
  throw new Error(`tcpdump ended before it said “${words}”: ${text}`);
}

async function served(port: number, onClient: (client: Socket) => void): Promise<Server> {
  const server = createServer(onClient).listen(port, ADDRESS);
  await once(server, 'listening');
  return server;
}

async function talkOverTcp(): Promise<void> {
  const whole = await served(8001, (client) => client.once('data', () => client.end(Buffer.alloc(1_000_000, 120))));
  const abrupt = await served(8002, (client) => client.once('data', () => client.resetAndDestroy()));
  const asking = connect(8001, ADDRESS);
  asking.write('hello');
  asking.resume();
  await once(asking, 'close');
  const broken = connect(8002, ADDRESS);
  broken.on('error', () => undefined);
  broken.write('hello');
  await new Promise((resolve) => broken.once('close', resolve));
  const refused = connect(8003, ADDRESS);
  await new Promise((resolve) => refused.once('error', resolve));
  for (const server of [whole, abrupt]) server.close();
}

async function talkOverUdp(): Promise<void> {
  const server = createSocket('udp4');
  server.on('message', (_, { port }) => server.send('yes', port, ADDRESS));
  server.bind(8004, ADDRESS);
  await once(server, 'listening');
  const client = createSocket('udp4');
  client.send(Buffer.alloc(2000, 120), 8004, ADDRESS);
  await once(client, 'message');
  client.close();
  server.close();
}

/** Packets are written in their order: once the last was, all were. */
async function sayLast(): Promise<void> {
  const server = createSocket('udp4').bind(8005, ADDRESS);
  await once(server, 'listening');
  const words = 'This was the last packet of the lab.';
  server.send(words, 8005, ADDRESS);
  while (!readFileSync(capture).includes(words)) await wait(20);
  server.close();
}
