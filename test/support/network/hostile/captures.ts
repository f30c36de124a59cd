/** Captures that somebody made to do harm, as chance would have them: the same for the same number. */
import assert from 'node:assert/strict';
import { hasCode } from '../../../../src/base/errors.ts';
import { type Captured, pcap, pcapng } from '../bytes/capture.ts';
import { type Chance, chanceOf, damaged } from './chance.ts';
import { conversation } from '../bytes/conversation.ts';
import { flowsOfCapture } from '../bytes/flows-of.ts';
import { ETHER_IPV4, ETHER_IPV6, ethernet, ipv4, ipv6, tcp, udp } from '../bytes/packets.ts';

const V4 = { from: '192.168.1.2', to: '192.0.2.1' };
const V6 = { from: 'fd00::2', to: '2001:db8::1' };
const INNER = ipv4({ ...V4, protocol: 6, payload: tcp({ flags: 'S', options: [2, 4, 5, 180] }) });

/** A frame of each kind that is taken apart. */
const FRAMES: readonly (readonly number[])[] = [
  ethernet(ETHER_IPV4, INNER),
  ethernet(0x8100, [0, 1, 0x81, 0, 0, 2, 8, 0, ...INNER]),
  ethernet(0x0806, [0, 1, 8, 0, 6, 4, 0, 1, ...Array<number>(20).fill(1)]),
  ethernet(60, [0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...INNER]),
  ethernet(
    ETHER_IPV4,
    ipv4({ ...V4, protocol: 47, payload: [0xb0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1, ...INNER] }),
  ),
  ethernet(ETHER_IPV4, ipv4({ ...V4, protocol: 4, payload: ipv4({ ...V4, protocol: 4, payload: INNER }) })),
  ethernet(
    ETHER_IPV4,
    ipv4({ ...V4, protocol: 17, payload: udp(1, 4789, [8, 0, 0, 0, 0, 0, 1, 0, ...ethernet(ETHER_IPV4, INNER)]) }),
  ),
  ethernet(ETHER_IPV4, ipv4({ ...V4, protocol: 17, more: true, payload: udp(1, 53, [1, 2, 3, 4, 5, 6, 7, 8]) })),
  ethernet(ETHER_IPV4, ipv4({ ...V4, protocol: 17, offset: 16, payload: [1, 2, 3, 4] })),
  ethernet(ETHER_IPV4, ipv4({ ...V4, protocol: 1, payload: [8, 0, 0, 0, 0, 0, 0, 0] })),
  ethernet(
    ETHER_IPV6,
    ipv6({
      ...V6,
      next: 0,
      payload: [60, 0, 0, 0, 0, 0, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 1, 0, 0, 0, 7, ...tcp({})],
    }),
  ),
  ethernet(ETHER_IPV6, ipv6({ ...V6, next: 51, payload: [17, 1, ...Array<number>(10).fill(0), ...udp(53, 999, [1])] })),
  ethernet(ETHER_IPV6, ipv6({ ...V6, next: 58, payload: [135, 0, 0, 0, 0, 0, 0, 0] })),
  ethernet(ETHER_IPV4, ipv4({ ...V4, protocol: 132, payload: [0, 1, 0, 2, 0, 0, 0, 0] })),
];
/** What stands before IP on other links, by the type in Ethernet's header. */
const LINK_HEADS: Readonly<Record<number, (type: readonly number[]) => readonly number[]>> = {
  0: ([, low = 0]) => [low === 0xdd ? 30 : 2, 0, 0, 0],
  12: () => [],
  101: () => [],
  108: ([, low = 0]) => [0, 0, 0, low === 0xdd ? 24 : 2],
  113: (type) => [...Array<number>(14).fill(0), ...type],
  228: () => [],
  229: () => [],
  276: (type) => [...type, ...Array<number>(18).fill(0)],
};
const ETHERNET_BYTES = 14;

/** The same packet on another link. */
function onLink(frame: readonly number[], linkType: number): readonly number[] {
  return [...(LINK_HEADS[linkType]?.(frame.slice(12, ETHERNET_BYTES)) ?? []), ...frame.slice(ETHERNET_BYTES)];
}

const LINK_TYPES = [0, 1, 1, 1, 1, 12, 101, 108, 113, 228, 229, 276, 147];
const MOST_PACKETS = 40;

function packetsOf(chance: Chance, linkType: number): Captured[] {
  const talk = conversation('>S <SA >A >5 <A <7 >!5 ~>9 <A >F <F >A');
  const packets: Captured[] = [];
  let atUs = 1e12;
  for (let count = 1 + chance(MOST_PACKETS); count > 0; count -= 1) {
    const frame = chance(3) === 0 ? (talk[chance(talk.length)]?.frame ?? []) : (FRAMES[chance(FRAMES.length)] ?? []);
    // Time stands, goes on, jumps far ahead and back.
    atUs = [atUs, atUs + 1000, atUs + chance(1e9), chance(2 ** 31) * 1e6][chance(4)] ?? atUs;
    // Frames of another link than the file says come up as well.
    const isOther = linkType in LINK_HEADS && chance(8) > 0;
    const bytes = damaged(isOther ? onLink(frame, linkType) : frame, chance, chance(4));
    packets.push({ atUs, frame: bytes, length: bytes.length + (chance(4) === 0 ? chance(2000) : 0) });
  }
  return packets;
}

export function hostileCapture(seed: number): Uint8Array {
  const chance = chanceOf(seed);
  const shape = {
    little: chance(2) === 0,
    nanoseconds: chance(2) === 0,
    linkType: LINK_TYPES[chance(LINK_TYPES.length)] ?? 1,
  };
  const file = (chance(2) === 0 ? pcap : pcapng)(packetsOf(chance, shape.linkType), shape);
  // Half of the files are whole, so that what is in them is reached.
  return chance(2) === 0 ? file : Uint8Array.from(damaged([...file], chance, 1 + chance(6)));
}

const SMALL = { networkFlows: 1000, networkFragments: 16, networkPartialMs: 60_000 };

/** Reads it, and holds what comes out against what must be true of anything. Resolves with the packets that were read. */
export async function survives(seed: number): Promise<number> {
  const capture = hostileCapture(seed);
  const pieces = 1 + chanceOf(seed ^ 0x5bd1e995)(2000);
  try {
    const { records, summary } = await flowsOfCapture(capture, { settings: SMALL, pieces });
    const { packets, left } = summary;
    const counted = records.reduce((sum, each) => sum + (each.partial ? 0 : each.orig_pkts + each.resp_pkts), 0);
    // A packet is in one flow at most for each level of tunnels, and nowhere when it is left out.
    assert.ok(counted <= packets * 5, `${counted} packets in flows, of ${packets}`);
    assert.ok(Object.values(left).every((number) => number <= packets * 5));
    for (const record of records) {
      for (const [name, value] of Object.entries(record)) {
        if (typeof value === 'number') assert.ok(Number.isFinite(value) && value >= 0, `${name} is ${value}`);
      }
      assert.match(record.community_id, /^1:[A-Za-z0-9+/]{27}=$/);
      assert.match(record.history ?? '', /^[\^shadfrgtwiqSHADFRGTWIQ]{0,30}$/);
    }
    return packets;
  } catch (error) {
    // The one thing that reading may throw: it is no capture at all.
    if (hasCode(error, 'network_capture_unknown')) return 0;
    throw new Error(`With the seed ${seed}`, { cause: error });
  }
}
