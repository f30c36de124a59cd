/** The bytes of one packet in a window, and where it ends: as captured, and as it was on the wire. */
export class Bounds {
  bytes: Uint8Array = new Uint8Array(0);
  /** Past the last captured byte. */
  end = 0;
  /** Where that would be had all of the packet been captured. */
  wireEnd = 0;
}

export function be16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** Signed. */
export function be32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
