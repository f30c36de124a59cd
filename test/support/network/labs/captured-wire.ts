/** In a network namespace of its own: what crosses a device, as a rule the loopback device, is written down by tcpdump, none of it dropped. */
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

export const ADDRESS = '127.0.0.1';
const LAST_PORT = 8005;

export interface Wire {
  /** Resolves when all that crossed until then is in the capture. */
  close(): Promise<void>;
}

export interface WireEnds {
  readonly device: string;
  /** Of this end, and of the other. */
  readonly here: string;
  readonly there: string;
}

const LOOPBACK: WireEnds = { device: 'lo', here: ADDRESS, there: ADDRESS };

/** Begins to write to `capture`. Fragments come of datagrams that are longer than the device's MTU. */
export async function captureWire(capture: string, ends = LOOPBACK): Promise<Wire> {
  execFileSync('ip', ['link', 'set', ends.device, 'mtu', '1500', 'up']);
  const tcpdump = spawn('tcpdump', ['-i', ends.device, '-U', '--immediate-mode', '-B', '16384', '-w', capture], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await said(tcpdump.stderr, 'listening on');
  return {
    async close() {
      await sayLast(capture, ends);
      const counted = said(tcpdump.stderr, 'packets dropped by kernel');
      tcpdump.kill('SIGINT');
      const last = await counted;
      if (!/\b0 packets dropped by kernel/.test(last)) throw new Error(last);
    },
  };
}

/** Resolves with all that was said up to there. */
export async function said(stream: Readable, words: string): Promise<string> {
  let text = '';
  for await (const piece of stream.iterator({ destroyOnReturn: false })) {
    text += String(piece);
    if (text.includes(words)) return text;
  }
  throw new Error(`It ended before it said “${words}”: ${text}`);
}

/** Packets are written in their order: once the last was, all were. */
async function sayLast(capture: string, { here, there }: WireEnds): Promise<void> {
  const server = createSocket('udp4').bind(LAST_PORT, here);
  await once(server, 'listening');
  const words = 'This was the last packet of the lab.';
  server.send(words, LAST_PORT, there);
  while (!readFileSync(capture).includes(words)) await wait(20);
  server.close();
}
