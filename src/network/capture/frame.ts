/** Link types as capture files number them (tcpdump.org, LINKTYPE_*). */
export const LinkType = {
  null: 0,
  ethernet: 1,
  raw12: 12,
  raw14: 14,
  raw: 101,
  loop: 108,
  linuxSll: 113,
  ipv4: 228,
  ipv6: 229,
  linuxSll2: 276,
} as const;

/** One captured packet, where it lies in the window. The same object is filled again for each packet, so that none costs memory. */
export class Frame {
  /** First byte in the window. */
  from = 0;
  /** Bytes that were captured; `length` are those that were on the wire. */
  captured = 0;
  length = 0;
  linkType = 0;
  /** Microseconds since 1970; what is finer is cut off. A fraction, so that the field holds a double from the first packet on. */
  timeUs = 0.5;
}
