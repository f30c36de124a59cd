/**
 * Runs in a network namespace of its own: talks over the loopback device in every way a test wants to see, while tcpdump
 * writes it down. The capture's path is the only argument. Fragments come of datagrams that are longer than the device's MTU.
 */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { ADDRESS, captureWire } from './captured-wire.ts';

const [capture = ''] = process.argv.slice(2);

const wire = await captureWire(capture);

await talkOverTcp();
await talkOverUdp();
for (const target of [ADDRESS, '::1']) execFileSync('ping', ['-c', '2', '-i', '0.01', target], { stdio: 'ignore' });

await wire.close();

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
