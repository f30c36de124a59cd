import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { plainAddress } from '../../base/http/addresses.ts';
import { BoundedMap } from '../detecting/known/bounded-map.ts';
import { type ConnRecord, type FlowHolder, plainName } from '../records/conn-record.ts';
import { socketsIn, type SocketLine } from './socket-table.ts';

type Ends = Pick<ConnRecord, 'proto' | 'id.orig_h' | 'id.orig_p' | 'id.resp_h' | 'id.resp_p'>;

/** Sockets that are remembered after they were closed: a flow is told when it is over. */
const MOST_SOCKETS = 50_000;
/** Of one look: links of open files that are read, which take a few microseconds each. */
const MOST_LINKS = 20_000;
const TABLES = [
  ['tcp', 'tcp'],
  ['tcp', 'tcp6'],
  ['udp', 'udp'],
  ['udp', 'udp6'],
] as const;

/**
 * The process and user behind each flow of this computer, from the kernel's tables of sockets (proc_net(5)). They are looked at
 * again and again while packets come; a flow that was open at no look has the process that listens on its port, or none. Each
 * look has a bound, so that a host with many open files is not slowed down by it: what it did not come to, the next one does.
 */
export class ProcessOfFlow {
  readonly #proc: string;
  /** By `tcp local remote`, and for listeners by `tcp port`. */
  readonly #sockets = new BoundedMap<FlowHolder>(MOST_SOCKETS);
  /** By inode: whom a socket belongs to, found in an earlier look. */
  #owners = new Map<number, FlowHolder>();
  #users: ReadonlyMap<number, string> | null = null;
  #from = 0;
  /** Addresses of this computer. */
  #own: ReadonlySet<string> = new Set();

  constructor(proc = '/proc') {
    this.#proc = proc;
  }

  /** Looks at the sockets that are open now. Call it twice a second; what cannot be read is left out. */
  look(): void {
    const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    this.#own = new Set(addresses.map(({ address }) => plainAddress(address)));
    const lines = TABLES.flatMap(([proto, file]) =>
      socketsIn(this.#text(`net/${file}`)).map((line): readonly [string, SocketLine] => [proto, line]),
    );
    const wanted = new Set(lines.map(([, { inode }]) => inode).filter((inode) => inode !== 0));
    const owners = new Map([...this.#owners].filter(([inode]) => wanted.has(inode)));
    this.#owners = owners;
    const missing = new Set([...wanted].filter((inode) => !owners.has(inode)));
    if (missing.size > 0) this.#findOwners(missing);
    for (const [proto, { local, localPort, remote, remotePort, inode }] of lines) {
      const owner = owners.get(inode);
      if (owner === undefined) continue;
      if (remotePort === 0) this.#sockets.set(`${proto} ${localPort}`, owner);
      else this.#sockets.set(`${proto} ${local} ${localPort} ${remote} ${remotePort}`, owner);
    }
  }

  /** `null`: nobody knows, or it is no flow of this computer. */
  of(flow: Ends): FlowHolder | null {
    const isHere = (address: string): boolean => this.#own.has(address);
    const { proto, 'id.orig_h': orig, 'id.orig_p': origPort, 'id.resp_h': resp, 'id.resp_p': respPort } = flow;
    // Between two sockets of this computer it is whoever was asked.
    if (isHere(resp)) {
      const accepted = this.#sockets.get(`${proto} ${resp} ${respPort} ${orig} ${origPort}`);
      const found = accepted ?? this.#sockets.get(`${proto} ${respPort}`);
      if (found) return found;
    }
    if (!isHere(orig)) return null;
    const asked = this.#sockets.get(`${proto} ${orig} ${origPort} ${resp} ${respPort}`);
    // A datagram is sent from a socket that is connected to nobody.
    return asked ?? (proto === 'udp' ? (this.#sockets.get(`${proto} ${origPort}`) ?? null) : null);
  }

  /** Goes on where the last look stopped, so that in the end each process has its turn. */
  #findOwners(missing: Set<number>): void {
    const pids = this.#names('').filter((name) => /^\d+$/.test(name));
    let links = 0;
    for (let step = 0; step < pids.length && missing.size > 0; step += 1) {
      if (links > MOST_LINKS) return;
      const pid = pids[(this.#from + step) % pids.length]!;
      let owner: FlowHolder | null = null;
      for (const file of this.#names(`${pid}/fd`)) {
        links += 1;
        const inode = inodeOf(this.#link(`${pid}/fd/${file}`));
        if (inode === null || !missing.has(inode)) continue;
        owner ??= this.#processOf(pid);
        this.#owners.set(inode, owner);
        missing.delete(inode);
      }
      if (links > MOST_LINKS) this.#from = (this.#from + step + 1) % pids.length;
    }
  }

  #processOf(pid: string): FlowHolder {
    const name = this.#text(`${pid}/comm`).trim();
    const [, uid = ''] = /^Uid:\s+\d+\s+(\d+)/m.exec(this.#text(`${pid}/status`)) ?? [];
    this.#users ??= usersIn(textOf('/etc/passwd'));
    return {
      process: plainName(name) || 'unknown',
      user: this.#users.get(Number(uid)) ?? uid,
      pid: Number(pid),
    };
  }

  #text(path: string): string {
    return textOf(`${this.#proc}/${path}`);
  }

  #names(path: string): readonly string[] {
    try {
      return readdirSync(`${this.#proc}/${path}`);
    } catch {
      return [];
    }
  }

  #link(path: string): string {
    try {
      return readlinkSync(`${this.#proc}/${path}`);
    } catch {
      return '';
    }
  }
}

/** `socket:[12345]` */
function inodeOf(link: string): number | null {
  const [, inode] = /^socket:\[(\d+)\]$/.exec(link) ?? [];
  return inode === undefined ? null : Number(inode);
}

function usersIn(passwd: string): ReadonlyMap<number, string> {
  return new Map(
    passwd.split('\n').flatMap((line): [number, string][] => {
      const [name = '', , uid = ''] = line.split(':');
      return name !== '' && /^\d+$/.test(uid) ? [[Number(uid), name]] : [];
    }),
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
