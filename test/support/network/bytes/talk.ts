/** A whole TCP connection in which two sides say given bytes in turn. */
import type { Captured } from './capture.ts';
import { type Ends, tcpFrame } from './packets.ts';

export const TALKER = { address: '192.168.1.10', port: 40_000 };
export const LISTENER = { address: '203.0.113.5' };

/** What is said, and by whom: `>` is the client. */
export type Turn = readonly ['>' | '<', string | Uint8Array | readonly number[]];

export interface Talk {
  /** Default: {@link TALKER} to {@link LISTENER}. */
  readonly ends?: Ends;
  /** Of the client. */
  readonly source?: number;
  /** Of the server. */
  readonly port?: number;
  /** Most bytes of one segment. */
  readonly size?: number;
  readonly atUs?: number;
  /** Between two packets. */
  readonly stepUs?: number;
  /** Without SYN: the capture began later. */
  readonly isJoinedLate?: boolean;
}

const STEP_US = 1000;

/** Its packets in order, first the handshake's three, at last a FIN of each side. */
export function talk(turns: readonly Turn[], options: Talk = {}): Captured[] {
  const { port = 9999, size = 1400, atUs = 1e12, stepUs = STEP_US, isJoinedLate = false } = options;
  const { ends: there = { from: TALKER.address, to: LISTENER.address }, source: own = TALKER.port } = options;
  const back = { from: there.to, to: there.from };
  const packets: Captured[] = [];
  // Close to where the numbers begin again.
  const next = { '>': 0xffff_fff0, '<': 0xffff_ff00 };
  const say = (side: '>' | '<', flags: string, payload: Uint8Array): void => {
    const other = side === '>' ? '<' : '>';
    const ports = side === '>' ? { source: own, target: port } : { source: port, target: own };
    const acknowledged = flags.includes('A') ? next[other] : 0;
    const frame = tcpFrame(side === '>' ? there : back, {
      ...{ ...ports, flags, sequence: next[side], acknowledged, payload },
    });
    packets.push({ atUs: atUs + packets.length * stepUs, frame });
    next[side] = (next[side] + payload.length + (/[SF]/.test(flags) ? 1 : 0)) >>> 0;
  };
  const nothing = new Uint8Array(0);
  say('>', 'S', nothing);
  say('<', 'SA', nothing);
  say('>', 'A', nothing);
  if (isJoinedLate) packets.length = 0;
  for (const [side, words] of turns) {
    const bytes = typeof words === 'string' ? Buffer.from(words) : Uint8Array.from(words);
    for (let at = 0; at < bytes.length; at += size) say(side, 'AP', bytes.subarray(at, at + size));
  }
  say('>', 'FA', nothing);
  say('<', 'FA', nothing);
  say('>', 'A', nothing);
  return packets;
}

/** Bytes as they are written in specifications: hex with spaces. */
export function hex(words: string): Uint8Array {
  return Uint8Array.from(Buffer.from(words.replace(/\s/g, ''), 'hex'));
}
