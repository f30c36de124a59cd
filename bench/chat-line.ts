/**
 * The chat line delivers >= 0.9 as many lines a second as ngIRCd, with 1,000 clients in one room and as many messages in
 * the same run. Ours are encrypted, committed to SQLite (synchronous = FULL) and only then delivered; ngIRCd keeps
 * nothing. One load program speaks both protocols, in a process of its own for each side.
 */
import { execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../test/support/servers/process.ts';
import { serveByCommand } from '../test/support/servers/workspace-by-command.ts';
import type { Asked, Figures, Protocol, Ready } from './chat-line/load.ts';
import { claim, type Measured } from './frame/claim.ts';
import { race } from './frame/lines.ts';
import { inTurns } from './frame/numbers.ts';

const ROUNDS = 5;
const CLIENTS = 1_000;
/** Sent at once, each by another client. */
const BURST = 1_000;
/** Sent one by one, a hundred a second: 100,000 deliveries a second. */
const PACED = { messages: 200, everyMs: 10 };

const ROOT = join(import.meta.dirname, '..');
const LAUNCHER = join(ROOT, 'holdfast');
const NGIRCD = join(ROOT, '.services/ngircd/ngircd');

interface Load extends AsyncDisposable {
  run(asked: Asked): Promise<Figures>;
}

/** Connects {@link CLIENTS} clients, which stay until it is disposed of. */
async function startLoad(protocol: Protocol, port: number): Promise<Load> {
  const child = fork(join(import.meta.dirname, 'chat-line/load.ts'), [protocol, String(port), String(CLIENTS)]);
  const exited = once(child, 'exit');
  const answer = async <Answer>(): Promise<Answer> => {
    const ended = exited.then(([code]) => Promise.reject(new Error(`The load program ended with ${String(code)}`)));
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [Answer];
    return message;
  };
  await answer<Ready>();
  return {
    async run(asked) {
      const figures = answer<Figures>();
      child.send(asked);
      return await figures;
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
    },
  };
}

function ngircdVersion(): string {
  try {
    return execFileSync(NGIRCD, ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? 'ngIRCd';
  } catch (cause) {
    throw new Error('ngIRCd is missing: npm run services:install -- ngircd', { cause });
  }
}

/** Without its limits on connections and on the pace of senders, without DNS and Ident. */
async function startNgircd(folder: string, port: number): Promise<AsyncDisposable> {
  const config = join(folder, 'ngircd.conf');
  writeFileSync(
    config,
    `[Global]
Name = irc.example.net
AdminInfo1 = bench
Info = bench
Listen = 127.0.0.1
Ports = ${port}
MotdPhrase = bench
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
PingTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
SyslogFacility = local1
`,
  );
  const child = spawn(NGIRCD, ['--nodaemon', '--config', config], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  for (;;) {
    if (child.exitCode !== null) throw new Error(`ngIRCd ended with ${child.exitCode}`);
    const socket = createConnection({ port, host: '127.0.0.1' });
    const answers = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (answers) break;
    await pause(20);
  }
  return {
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
    },
  };
}

async function measure(folder: string): Promise<Measured> {
  const peer = ngircdVersion();
  const ports = { ours: await freePort(), peer: await freePort() };
  await using _workspace = await serveByCommand([LAUNCHER], join(folder, 'ours'), {
    HOLDFAST_CHAT_LINE_PORT: String(ports.ours),
    // All come from one address, which is one sender to the pace of a room.
    HOLDFAST_CHAT_MESSAGES_PER_MINUTE: '100000000',
  });
  await using _ngircd = await startNgircd(folder, ports.peer);
  await using ours = await startLoad('line', ports.ours);
  await using theirs = await startLoad('irc', ports.peer);
  const run = async (messages: number, everyMs: number) =>
    await inTurns(ROUNDS, {
      ours: () => ours.run({ messages, everyMs }),
      peer: () => theirs.run({ messages, everyMs }),
    });
  const burst = await run(BURST, 0);
  const paced = await run(PACED.messages, PACED.everyMs);
  const both = (figures: typeof burst, figure: keyof Figures) => ({
    ours: figures.ours.map((each) => each[figure]),
    peer: figures.peer.map((each) => each[figure]),
    name: 'ngIRCd',
  });
  const more = { unit: '/s', better: 'more' } as const;
  const less = { unit: 'ms', better: 'less' } as const;
  return {
    title: `${CLIENTS.toLocaleString('en')} clients in one room, against ngIRCd`,
    lines: [
      race(`deliveries, ${BURST} messages at once`, { ...both(burst, 'deliveriesPerSecond'), ...more, atLeast: 0.9 }),
      race('the same: 99 of 100 lines are there within', { ...both(burst, 'p99Ms'), ...less }),
      race('a message every 10 ms: half of the lines are there within', {
        ...both(paced, 'p50Ms'),
        ...less,
        digits: 1,
      }),
      race('the same: 99 of 100 within', { ...both(paced, 'p99Ms'), ...less, digits: 1 }),
    ],
    peers: [`${peer} (Debian)`],
    notes: [
      'A message is a line of 64 bytes, sent by another client each time. Every line that arrives is counted; times are of the lines of 40 clients, from before the message is written to the socket. Ours sends a line back to its sender as well, ngIRCd does not.',
      'Ours is the whole server as it is served, with its history on: each message is encrypted and durable before it is delivered. ngIRCd keeps nothing, and both run without their limits on senders.',
    ],
  };
}

await claim('chat-line', measure);
