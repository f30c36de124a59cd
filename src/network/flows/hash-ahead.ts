import { type Frame, LinkType } from '../capture/frame.ts';
import { be16, be32 } from '../decoders/bounds.ts';
import { Protocol } from '../decoders/transport.ts';
import { hashEnd, hashFlow, type HashSeed } from './flow-hash.ts';

/** Ethernet, IPv4 and the ports. */
const LEAST_BYTES = 14 + 20 + 4;
const IPV4 = 0x0800;
/** Version 4, and a header without options. */
const PLAIN = 0x45;

/**
 * The hash of the flow that a frame is most likely of, without decoding it: that of the plainest packets, which most are. Of any other it is
 * some number: nothing but time may hang on it.
 */
export function hashAhead(seed: HashSeed, bytes: Uint8Array, { from, captured, linkType }: Frame): number {
  if (captured < LEAST_BYTES || linkType !== LinkType.ethernet) return 0;
  if (be16(bytes, from + 12) !== IPV4 || bytes[from + 14] !== PLAIN) return 0;
  const protocol = bytes[from + 23]!;
  if (protocol !== Protocol.tcp && protocol !== Protocol.udp) return 0;
  return hashFlow(
    hashEnd(seed, be32(bytes, from + 26), 0, 0, 0, be16(bytes, from + 34)),
    hashEnd(seed, be32(bytes, from + 30), 0, 0, 0, be16(bytes, from + 36)),
    protocol,
  );
}
