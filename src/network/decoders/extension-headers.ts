import { be16, be32, type Bounds } from './bounds.ts';
import { Fragment, Outcome, type Packet } from './packet.ts';

/** IPv6 extension headers (IANA). What is encrypted (50) or ends the chain (59) is no header to look behind. */
const Header = {
  hopByHop: 0,
  routing: 43,
  fragment: 44,
  authentication: 51,
  destination: 60,
  mobility: 135,
  hostIdentity: 139,
  shim: 140,
} as const;

/** RFC 8200 wants at most nine; a chain that is longer is there to be looked at for long. */
const MOST_HEADERS = 12;

/**
 * Where the transport begins, with its protocol and what a fragment header says in `packet`. -1: there is none, and
 * `packet.outcome` says why.
 */
export function skipExtensions(packet: Packet, { bytes, end }: Bounds, at: number, to: number): number {
  for (let count = 0; count < MOST_HEADERS; count += 1) {
    const isLengthOfAuthentication = packet.protocol === Header.authentication;
    switch (packet.protocol) {
      case Header.hopByHop:
      case Header.routing:
      case Header.destination:
      case Header.mobility:
      case Header.hostIdentity:
      case Header.shim:
      case Header.authentication: {
        if (end - at < 8) return ends(packet, Outcome.cut);
        packet.protocol = bytes[at]!;
        // RFC 4302, section 2.2: authentication counts in words of 4 bytes, less two.
        at += isLengthOfAuthentication ? (bytes[at + 1]! + 2) * 4 : (bytes[at + 1]! + 1) * 8;
        break;
      }
      case Header.fragment: {
        if (end - at < 8) return ends(packet, Outcome.cut);
        const field = be16(bytes, at + 2);
        packet.protocol = bytes[at]!;
        packet.fragmentId = be32(bytes, at + 4);
        at += 8;
        // An "atomic" fragment is a whole packet (RFC 6946).
        if ((field & 0xfff9) !== 0) packet.fragment = field >> 3 === 0 ? Fragment.first : Fragment.later;
        packet.fragmentOffset = field & 0xfff8;
        packet.isLastFragment = (field & 1) === 0;
        packet.fragmentFrom = at;
        // Behind it in a later fragment lies the middle of something.
        if (packet.fragment === Fragment.later) return at > to ? ends(packet, Outcome.malformed) : at;
        break;
      }
      default:
        return at > to ? ends(packet, Outcome.malformed) : at;
    }
  }
  return ends(packet, Outcome.malformed);
}

function ends(packet: Packet, outcome: number): number {
  packet.outcome = outcome;
  return -1;
}
