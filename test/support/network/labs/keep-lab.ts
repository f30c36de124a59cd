/** Runs in a network namespace of its own: a capture that keeps flows by the verb, while a connection is open and closed beside it. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { said } from './captured-wire.ts';

const [state = ''] = process.argv.slice(2);
execFileSync('ip', ['link', 'set', 'lo', 'up']);
const cli = join(import.meta.dirname, '../../../../src/entry/cli.ts');
const out = join(state, 'flows.jsonl');
const words = ['network', 'capture', '-i', 'lo', '--keep', '--state', state, '--out', out];
const capturing = spawn(process.execPath, [cli, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
const ended = once(capturing, 'exit');
await said(capturing.stderr, 'Ctrl-C ends it');
capturing.stderr.resume();
const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const client = connect(port, '127.0.0.1');
// The server says it as well, so that it is SSH as far as anybody can see.
client.write('SSH-2.0-hello\r\n');
await once(client, 'data');
// Sockets are looked at twice a second; this one is open for several looks.
await wait(3000);
client.end();
await once(client, 'close');
server.close();
await wait(1000);
capturing.kill('SIGINT');
await ended;
process.stdout.write(JSON.stringify({ port, pid: process.pid }));
