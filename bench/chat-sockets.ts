/**
 * 10,000 WebSocket clients that listen to a room cost <= 16 KiB of resident memory each, and what is said there reaches
 * the last of them within 250 ms. The server runs as people run it; the clients are a process of their own.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { RoomsReply } from '../src/chat/wire.ts';
import { serveByCommand } from '../test/support/servers/workspace-by-command.ts';
import { claim, type Measured } from './frame/claim.ts';
import { within } from './frame/lines.ts';
import { familyResidentMiB } from './process-memory.ts';

const ROOT = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { clients: { type: 'string', default: '10000' } } });
const CLIENTS = Number(values.clients);
const ROUNDS = 11;
/** Idle for as long as the collector takes to notice that it is. */
const SETTLE_MS = 20_000;

const LIMITS = {
  HOLDFAST_LIVE_CONNECTIONS_PER_ACCOUNT: '10000',
  HOLDFAST_LIVE_CONNECTIONS_PER_PLACE: '100000',
  HOLDFAST_MAX_CONNECTIONS: '50000',
  HOLDFAST_MAX_CONNECTIONS_PER_PLACE: '50000',
  HOLDFAST_KDF_IDLE_MS: '1000',
};

async function answerOf<Answer>(child: ChildProcess, message: object | string): Promise<Answer> {
  const answered = once(child, 'message');
  child.send(message);
  return ((await answered) as [Answer])[0];
}

async function measure(folder: string): Promise<Measured> {
  await using workspace = await serveByCommand([join(ROOT, 'holdfast')], folder, LIMITS);
  await workspace.signUp();
  const { url, serverPid } = workspace;
  const password = readFileSync(workspace.passwordFile, 'utf8').trim();
  const call = async <Reply>(method: string, path: string, init: RequestInit): Promise<Reply> => {
    const response = await fetch(`${url}/api/v1${path}`, { method, ...init });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
    return (await response.json()) as Reply;
  };
  const { token } = await call<{ token: string }>('POST', '/sessions', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.org', password }),
  });
  const headers = { authorization: `Bearer ${token}` };
  const { rooms } = await call<RoomsReply>('GET', '/chat/rooms', { headers });
  const roomId = rooms[0]?.roomId ?? '';

  const clients = fork(join(import.meta.dirname, 'chat-sockets/clients.ts'));
  try {
    // The first connections bring in the library, and buffers that all of them share.
    await answerOf(clients, { url, token, roomId, count: 100 });
    await answerOf(clients, 'say');
    await pause(SETTLE_MS);
    const before = familyResidentMiB(serverPid);
    await answerOf(clients, { url, token, roomId, count: CLIENTS - 100 });
    await pause(SETTLE_MS);
    const kibEach = ((familyResidentMiB(serverPid) - before) * 1024) / (CLIENTS - 100);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) times.push(await answerOf<number>(clients, 'say'));
    return {
      title: 'many clients that listen: memory of each, and a message to all of them',
      lines: [
        within(`memory of the server for each of ${CLIENTS.toLocaleString('en')} clients`, [kibEach], 'KiB', 16, 1),
        within('from sending a message until the last client has it', times, 'ms', 250),
      ],
      notes: [
        'Memory is what the resident pages of the server grew by, divided by the clients; what the kernel keeps for their sockets is not in it. The time is taken in the process of the clients, which reads all of them on the same two cores.',
      ],
    };
  } finally {
    clients.send('end');
    await once(clients, 'exit');
  }
}

await claim('chat-sockets', measure);
