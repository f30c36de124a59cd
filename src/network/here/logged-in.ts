import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { plainAddress } from '../../base/http/addresses.ts';

/** Whoever is at work here over the network, and how that is known. */
export interface LoggedIn {
  readonly address: string;
  /** `your own SSH session`, `anna is logged in (pts/0)` */
  readonly how: string;
}

/** utmp(5) of Linux: records of 384 bytes, the same on x86-64 and arm64. */
const RECORD = 384;
const USER_PROCESS = 7;
const MOST_BYTES = 2 ** 20;
const MOST_PARENTS = 32;

/** Sessions that came over the network: the one that this program was called in, whatever sudo left of it, and those of others. */
export function loggedInHere(pid = process.pid, { proc = '/proc', utmp = '/run/utmp' } = {}): readonly LoggedIn[] {
  return [...ownSession(pid, proc), ...sessionsIn(bytesOf(utmp))];
}

/** sudo takes SSH_CONNECTION away, and the shell above it still has it. */
function ownSession(pid: number, proc: string): readonly LoggedIn[] {
  const found = new Set<string>();
  let at = pid;
  for (let step = 0; step < MOST_PARENTS && at > 0; step += 1) {
    for (const variable of bytesOf(`${proc}/${at}/environ`).toString('utf8').split('\0')) {
      const [, value = ''] = /^SSH_(?:CONNECTION|CLIENT)=(.*)$/.exec(variable) ?? [];
      const address = plainAddress(value.split(' ')[0] ?? '');
      if (isIP(address) !== 0) found.add(address);
    }
    // The name in brackets may hold anything, brackets too.
    const stat = bytesOf(`${proc}/${at}/stat`).toString('utf8');
    at = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
  }
  return [...found].map((address) => ({ address, how: 'your own SSH session comes from there' }));
}

function sessionsIn(utmp: Buffer): readonly LoggedIn[] {
  const sessions: LoggedIn[] = [];
  for (let at = 0; at + RECORD <= Math.min(utmp.length, MOST_BYTES); at += RECORD) {
    const record = utmp.subarray(at, at + RECORD);
    if (record.readInt16LE(0) !== USER_PROCESS) continue;
    const text = (from: number, length: number): string =>
      record
        .subarray(from, from + length)
        .toString('latin1')
        .replace(/\0.*$/s, '')
        .replace(/[^\w./:@-]/g, '?');
    const address = addressOf(record.subarray(348, 364));
    if (address !== null) sessions.push({ address, how: `${text(44, 32)} is logged in from there (${text(8, 32)})` });
  }
  return sessions;
}

/** IPv4 has its four bytes first and zeros after them. `null`: it is a session of this place. */
function addressOf(bytes: Buffer): string | null {
  if (bytes.every((byte) => byte === 0)) return null;
  if (bytes.subarray(4).every((byte) => byte === 0)) return [...bytes.subarray(0, 4)].join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return plainAddress(new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1));
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
