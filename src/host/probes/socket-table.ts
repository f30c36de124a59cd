/** The sockets of this machine as the kernel lists them in /proc/net, with whoever holds them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Process } from './process-table.ts';

export const protocols = ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6', 'packet'] as const;

export interface Socket {
  readonly protocol: (typeof protocols)[number];
  /** `LISTEN`, `ESTABLISHED`, …; `''` of a packet socket. */
  readonly state: string;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly uid: number;
  readonly inode: string;
  /** `null`: nobody that we may see. */
  readonly holder: { readonly pid: number; readonly fd: number; readonly name: string } | null;
}

/** include/net/tcp_states.h */
const STATES = [
  '',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'NEW_SYN_RECV',
];

/** A socket that several processes hold stands there several times. */
export function readSockets(proc: string, processes: readonly Process[]): readonly Socket[] {
  const holders = new Map<string, { pid: number; fd: number; name: string }[]>();
  for (const { pid, name, sockets } of processes) {
    for (const { inode, fd } of sockets) {
      const known = holders.get(inode);
      if (known) known.push({ pid, fd, name });
      else holders.set(inode, [{ pid, fd, name }]);
    }
  }
  return protocols.flatMap((protocol) =>
    linesOf(join(proc, 'net', protocol)).flatMap((line): Socket[] => {
      const bare = protocol === 'packet' ? packetSocket(line) : internetSocket(protocol, line);
      if (bare === null) return [];
      return (holders.get(bare.inode) ?? [null]).map((holder) => ({ ...bare, holder }));
    }),
  );
}

/** Without the heading; none where the kernel knows no such protocol. */
function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(1);
  } catch {
    return [];
  }
}

function internetSocket(protocol: Socket['protocol'], line: string): Omit<Socket, 'holder'> | null {
  const [, local = '', remote = '', state = '', , , , uid = '', , inode = ''] = line.trim().split(/\s+/);
  const [here, there] = [endOf(local), endOf(remote)];
  if (here === null || there === null) return null;
  return {
    protocol,
    state: STATES[Number.parseInt(state, 16)] ?? '',
    localAddress: here.address,
    localPort: here.port,
    remoteAddress: there.address,
    remotePort: there.port,
    uid: Number(uid),
    inode,
  };
}

/** `sk RefCnt Type Proto Iface R Rmem User Inode`; the protocol is what it listens to, in hexadecimal. */
function packetSocket(line: string): Omit<Socket, 'holder'> | null {
  const [, , , , , , , uid = '', inode = ''] = line.trim().split(/\s+/);
  if (inode === '') return null;
  const nowhere = { localAddress: '', localPort: 0, remoteAddress: '', remotePort: 0 };
  return { protocol: 'packet', state: '', ...nowhere, uid: Number(uid), inode };
}

/** `0100007F:0016`: words of four bytes in the order of the machine, which is little-endian wherever we run. */
function endOf(text: string): { readonly address: string; readonly port: number } | null {
  const [hex = '', port = ''] = text.split(':');
  if (hex.length !== 8 && hex.length !== 32) return null;
  const bytes = Buffer.from(hex, 'hex').swap32();
  return { address: addressOf(bytes), port: Number.parseInt(port, 16) };
}

/** 4 or 16 bytes, in network order. IPv6 as RFC 5952 writes it. */
export function addressOf(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.subarray(0, 12).equals(MAPPED)) return `::ffff:${bytes.subarray(12).join('.')}`;
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  const runs = groups.map((group, from) => {
    let length = 0;
    while (group === '0' && groups[from + length] === '0') length += 1;
    return { from, length };
  });
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best));
  if (longest.length < 2) return groups.join(':');
  const after = groups.slice(longest.from + longest.length);
  return `${groups.slice(0, longest.from).join(':')}::${after.join(':')}`;
}

const MAPPED = Buffer.from('00000000000000000000ffff', 'hex');
