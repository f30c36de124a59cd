/** A line of /proc/net/tcp, tcp6, udp or udp6 (proc_net(5)), with addresses as records have them. */
export interface SocketLine {
  readonly local: string;
  readonly localPort: number;
  readonly remote: string;
  /** 0: it listens, or is connected to nobody. */
  readonly remotePort: number;
  /** 0: nobody holds it any more. */
  readonly inode: number;
}

/** More sockets than that are not looked at. */
const MOST_LINES = 20_000;

export function socketsIn(table: string): readonly SocketLine[] {
  return table
    .split('\n', MOST_LINES + 1)
    .slice(1)
    .flatMap((line): SocketLine[] => {
      const words = line.trim().split(/\s+/);
      const [local, remote] = [endOf(words[1] ?? ''), endOf(words[2] ?? '')];
      if (local === null || remote === null) return [];
      return [
        {
          ...{ local: local.address, localPort: local.port, remote: remote.address, remotePort: remote.port },
          inode: Number(words[9] ?? 0) || 0,
        },
      ];
    });
}

/** Words of 32 bits in the order of the machine, which is little-endian wherever this runs. */
function endOf(text: string): { readonly address: string; readonly port: number } | null {
  const [, hex = '', port = ''] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(text) ?? [];
  if (hex === '') return null;
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    [6, 4, 2, 0].map((at) => parseInt(word.slice(at, at + 2), 16)),
  );
  return { address: addressOf(bytes), port: parseInt(port, 16) };
}

function addressOf(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  // An IPv4 connection to a socket of IPv6 is IPv4 on the wire.
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (isMapped) return bytes.slice(12).join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    (bytes[index * 2]! * 256 + bytes[index * 2 + 1]!).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
