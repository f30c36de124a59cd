/** A TCP connection told in a few words: `>S <SA >A >5 <A` is a SYN, its answer, an acknowledgement, five bytes, another. */
import type { Captured } from './capture.ts';
import { tcpFrame } from './packets.ts';

export const CLIENT = { address: '192.168.1.10', port: 40_000, start: 1000 };
export const SERVER = { address: '203.0.113.5', port: 80, start: 5000 };

const STEP_US = 1000;

/**
 * One packet for each word. `>` is the client, `<` the server; then flags (SAFRP) and bytes of payload, an `A` alone being
 * given to all but the first SYN. `~` before a word: the packet was sent, but not captured. `!`: it repeats the last of its side.
 * `z`: its window is zero. `_`: no acknowledgement.
 */
export function conversation(
  words: string,
  { atUs = 1e12, client = CLIENT.port, port = SERVER.port, start = CLIENT.start } = {},
): Captured[] {
  const next = { client: start, server: SERVER.start };
  const last = { client: 0, server: 0 };
  const packets: Captured[] = [];
  let timeUs = atUs;
  for (const word of words.split(' ')) {
    const isLost = word.startsWith('~');
    const isRepeated = word.includes('!');
    const side = word.includes('>') ? 'client' : 'server';
    const other = side === 'client' ? 'server' : 'client';
    const bytes = Number(/\d+/.exec(word)?.[0] ?? 0);
    const letters = word.replace(/[^SAFRP]/g, '');
    const isAck = !word.includes('_') && letters !== 'S';
    const flags = isAck ? `${letters.replace('A', '')}A` : letters;
    const sequence = isRepeated ? last[side] : next[side];
    const frame = tcpFrame(
      side === 'client' ? { from: CLIENT.address, to: SERVER.address } : { from: SERVER.address, to: CLIENT.address },
      {
        ...(side === 'client' ? { source: client, target: port } : { source: port, target: client }),
        ...{ sequence, acknowledged: isAck ? next[other] : 0, flags, window: word.includes('z') ? 0 : 1000 },
        payload: Array<number>(bytes).fill(120),
      },
    );
    if (!isRepeated) {
      last[side] = sequence;
      next[side] += bytes + (flags.includes('S') ? 1 : 0) + (flags.includes('F') ? 1 : 0);
    }
    if (!isLost) packets.push({ atUs: timeUs, frame });
    timeUs += STEP_US;
  }
  return packets;
}
