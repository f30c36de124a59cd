/** What this computer is and how it is reached: what somebody asks first who comes to it, and what should not change by itself. */
import type { HostSystem } from '../system/system.ts';

export interface Read<Item> {
  readonly items: readonly Item[];
  /** Why it is not all; `null`: it is. */
  readonly unread: string | null;
}

export interface Address {
  readonly interface: string;
  /** `up`, `down`, `unknown`, … as the kernel says (RFC 2863). */
  readonly state: string;
  /** `''`: none. */
  readonly mac: string;
  /** `10.0.0.5/24`; `null`: the interface has none. */
  readonly address: string | null;
  /** It comes and goes with containers, or by itself (RFC 8981): no change that somebody made. */
  readonly isPassing: boolean;
}

/** One line as iproute2 writes it: `default via 10.0.0.1 dev eth0`, `rule 100: from all fwmark 0x1 lookup 7`. */
export interface Route {
  readonly route: string;
}

/** A line of /etc/resolv.conf: `nameserver`, `search`, `options`, … */
export interface DnsLine {
  readonly keyword: string;
  readonly value: string;
}

/** A line of /etc/hosts. */
export interface HostsLine {
  readonly address: string;
  readonly names: string;
}

export interface Listener {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** `''`: not seen. */
  readonly process: string;
  /** `''`: not seen. */
  readonly exe: string;
  readonly pid: number | null;
  /** A port that the kernel lends to whoever asks something: no service. */
  readonly isPassing: boolean;
}

export interface Facts {
  readonly system: HostSystem;
  readonly addresses: Read<Address>;
  readonly routes: Read<Route>;
  readonly dns: Read<DnsLine>;
  readonly hosts: Read<HostsLine>;
  readonly listeners: Read<Listener>;
}

export const sections = ['system', 'addresses', 'routes', 'dns', 'hosts', 'listeners'] as const;
export type Section = (typeof sections)[number];

export const sectionTitles: { readonly [S in Section]: string } = {
  system: 'System',
  addresses: 'Addresses',
  routes: 'Routes',
  dns: 'Name servers (/etc/resolv.conf)',
  hosts: 'Names (/etc/hosts)',
  listeners: 'Listeners',
};

/** What is shown of a section, one line each. */
export function linesOf(facts: Facts, section: Section): readonly string[] {
  switch (section) {
    case 'system': {
      const { hostname, osName, kernel, architecture, init, packages, container, cloud } = facts.system;
      return Object.entries({ hostname, osName, kernel, architecture, init, packages, container, cloud }).flatMap(
        ([name, value]) => (value === '' ? [] : [`${SYSTEM_NAMES[name] ?? name} ${value}`]),
      );
    }
    case 'addresses':
      return facts.addresses.items.map((each) =>
        [each.interface, each.address ?? 'no address', each.state, ...(each.mac === '' ? [] : [each.mac])].join(' '),
      );
    case 'routes':
      return facts.routes.items.map(({ route }) => route);
    case 'dns':
      return facts.dns.items.map(({ keyword, value }) => `${keyword} ${value}`);
    case 'hosts':
      return facts.hosts.items.map(({ address, names }) => `${address} ${names}`);
    case 'listeners':
      return unique(facts.listeners.items.map((each) => `${placeOf(each)} ${each.process || '?'} (${each.user})`));
  }
}

const SYSTEM_NAMES: Readonly<Record<string, string>> = { osName: 'os', packages: 'packages by' };

/** `null`: all of it was read. */
export function unreadOf(facts: Facts, section: Section): string | null {
  return section === 'system' ? null : facts[section].unread;
}

/** What two looks are held against each other by. `isWhole`: both saw whose the listeners are. */
export function comparedLines(facts: Facts, section: Section, isWhole: boolean): readonly string[] {
  const steady = {
    ...facts,
    addresses: { ...facts.addresses, items: facts.addresses.items.filter(({ isPassing }) => !isPassing) },
    listeners: { ...facts.listeners, items: facts.listeners.items.filter(({ isPassing }) => !isPassing) },
  };
  if (section === 'listeners' && !isWhole) return unique(steady.listeners.items.map(placeOf));
  return unique(linesOf(steady, section));
}

function placeOf({ protocol, address, port }: Listener): string {
  return `${protocol} ${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function unique(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)];
}
