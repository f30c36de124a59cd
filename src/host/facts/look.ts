/** One look at what a host is and how it is reached. Changes nothing and asks nobody over the network. */
import { readFileSync } from 'node:fs';
import { hiddenBy } from '../probes/probes.ts';
import { readProcesses } from '../probes/process-table.ts';
import { readSockets } from '../probes/socket-table.ts';
import { detectSystem } from '../system/system.ts';
import type { Facts, Listener, Read } from './facts.ts';
import { readDns, readHosts, readUsers } from './named-files.ts';
import { readAddresses, readRoutes } from './network.ts';

/** Throws what `signal` was aborted with. */
export async function lookAtFacts(signal: AbortSignal): Promise<Facts> {
  const [addresses, routes, listeners] = await Promise.all([
    readAddresses({ signal }),
    readRoutes({ signal }),
    readListeners(signal),
  ]);
  return { system: detectSystem(''), addresses, routes, dns: readDns(''), hosts: readHosts(''), listeners };
}

async function readListeners(signal: AbortSignal): Promise<Read<Listener>> {
  const { processes, closed } = await readProcesses('/proc', signal);
  const users = readUsers('');
  const byPid = new Map(processes.map((each) => [each.pid, each]));
  const [first, last] = lentPorts();
  const items = readSockets('/proc', processes)
    .filter(({ protocol, state }) => state === 'LISTEN' || (protocol.startsWith('udp') && state === 'CLOSE'))
    .map(({ protocol, localAddress, localPort, uid, holder }): Listener => {
      const process = holder === null ? undefined : byPid.get(holder.pid);
      const owner = process?.euid ?? uid;
      return {
        ...{ protocol, address: localAddress, port: localPort },
        user: users.get(owner) ?? String(owner),
        process: holder?.name ?? '',
        exe: process?.exe ?? '',
        pid: holder?.pid ?? null,
        isPassing: protocol.startsWith('udp') && localPort >= first && localPort <= last,
      };
    })
    .toSorted((one, other) => one.port - other.port || (one.protocol < other.protocol ? -1 : 1));
  return { items, unread: hiddenBy(closed) };
}

/** ip(7): ip_local_port_range */
function lentPorts(): readonly [number, number] {
  try {
    const [first = '', last = ''] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/);
    return [Number(first), Number(last)];
  } catch {
    return [32_768, 60_999];
  }
}
