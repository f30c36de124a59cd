/** Addresses and routes: iproute2 is asked, and where it is missing what the kernel shows in /proc. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { addressOf } from '../probes/socket-table.ts';
import type { Address, Read, Route } from './facts.ts';

const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
const TIMEOUT_MS = 10_000;
/** 100,000 routes. */
const MOST_BYTES = 32 * 2 ** 20;

export interface NetworkDeps {
  /** Where programs are looked for. */
  readonly path?: string;
  readonly signal: AbortSignal;
}

interface IpLink {
  readonly ifname: string;
  readonly operstate?: string;
  readonly address?: string;
  readonly link_netnsid?: number;
  readonly addr_info?: readonly {
    readonly local?: string;
    readonly prefixlen?: number;
    readonly temporary?: boolean;
  }[];
}

interface IpRoute {
  readonly type?: string;
  readonly dst?: string;
  readonly gateway?: string;
  readonly via?: { readonly host?: string };
  readonly dev?: string;
  readonly table?: string;
  readonly metric?: number;
  readonly nexthops?: readonly { readonly gateway?: string; readonly dev?: string }[];
}

/** What `ip` said; `ok` is false where it could not be asked, and `said` why. */
export interface IpSaid {
  readonly ok: boolean;
  readonly said: string;
}

/** Throws what `signal` was aborted with. */
export async function readAddresses(deps: NetworkDeps): Promise<Read<Address>> {
  return addressesIn(await ask(['-json', 'address', 'show'], deps), seenByNode);
}

/** Of `ip -json address show`; `otherwise`: what is known where it did not answer. */
export function addressesIn(said: IpSaid, otherwise: () => readonly Address[]): Read<Address> {
  const asked = jsonOf(said, isLink);
  if (typeof asked === 'string') {
    return { items: otherwise(), unread: `${asked}: interfaces without an address were not seen` };
  }
  const items = asked.flatMap((link): Address[] => {
    const isOfContainer = link.link_netnsid !== undefined;
    const own = { interface: link.ifname, state: (link.operstate ?? '').toLowerCase(), mac: link.address ?? '' };
    const addresses = (link.addr_info ?? []).flatMap(({ local, prefixlen, temporary }) =>
      local === undefined
        ? []
        : [{ ...own, address: `${local}/${prefixlen ?? ''}`, isPassing: isOfContainer || temporary === true }],
    );
    return addresses.length > 0 ? addresses : [{ ...own, address: null, isPassing: isOfContainer }];
  });
  return { items, unread: null };
}

function seenByNode(): readonly Address[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).map(({ cidr, address, mac }) => ({
      ...{ interface: name, state: 'up', mac, address: cidr ?? address, isPassing: false },
    })),
  );
}

/** Of all tables but that of the host's own addresses, with the rules that choose between them. */
export async function readRoutes(deps: NetworkDeps): Promise<Read<Route>> {
  const families = await Promise.all(
    (['-4', '-6'] as const).map(async (family) => ({
      routes: await ask(['-json', family, 'route', 'show', 'table', 'all'], deps),
      rules: await ask([family, 'rule', 'show'], deps),
    })),
  );
  return routesIn(families, seenInProc);
}

/** The same of what `ip -json route show table all` and `ip rule show` said, for each family. */
export function routesIn(
  families: readonly { readonly routes: IpSaid; readonly rules: IpSaid }[],
  otherwise: () => readonly string[],
): Read<Route> {
  const routes: string[] = [];
  const unread: string[] = [];
  for (const family of families) {
    const asked = jsonOf(family.routes, isRoute);
    if (typeof asked === 'string') unread.push(asked);
    else routes.push(...asked.flatMap(routeLine));
    if (!family.rules.ok) unread.push(family.rules.said);
    else routes.push(...family.rules.said.split('\n').flatMap(ruleLine));
  }
  if (unread.length === 0) return { items: named(routes), unread: null };
  const [why = ''] = unread;
  const items = routes.length > 0 ? named(routes) : named(otherwise());
  return { items, unread: `${why}: other tables than the main one were not all seen` };
}

function named(routes: readonly string[]): readonly Route[] {
  return [...new Set(routes)].map((route) => ({ route }));
}

function routeLine(route: IpRoute): readonly string[] {
  const { type = 'unicast', dst = '', gateway, via, dev, table, metric, nexthops } = route;
  if (table === 'local' || ['local', 'broadcast', 'anycast', 'multicast'].includes(type)) return [];
  const hop = (by: string | undefined, on: string | undefined): string =>
    `${by === undefined ? '' : ` via ${by}`}${on === undefined ? '' : ` dev ${on}`}`;
  return [
    `${type === 'unicast' ? '' : `${type} `}${dst}` +
      hop(gateway ?? via?.host, dev) +
      (nexthops ?? []).map((each) => ` nexthop${hop(each.gateway, each.dev)}`).join('') +
      (metric === undefined ? '' : ` metric ${metric}`) +
      (table === undefined || table === 'main' ? '' : ` table ${table}`),
  ];
}

/** Those that every host has are left out. */
function ruleLine(line: string): readonly string[] {
  const text = line.replaceAll(/\s+/g, ' ').trim();
  return text === '' ||
    /^(?:0: from all lookup local|32766: from all lookup main|32767: from all lookup default)$/.test(text)
    ? []
    : [`rule ${text}`];
}

function seenInProc(): readonly string[] {
  const rows = (path: string): readonly (readonly string[])[] => {
    try {
      return readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => line.trim().split(/\s+/));
    } catch {
      return [];
    }
  };
  const line = (to: string, length: number, by: string, dev: string): string => {
    const isDefault = length === 0;
    return `${isDefault ? 'default' : `${to}/${length}`}${/^[0.:]+$/.test(by) ? '' : ` via ${by}`} dev ${dev}`;
  };
  const v4 = (hex: string): string => addressOf(Buffer.from(hex, 'hex').swap32());
  const v6 = (hex: string): string => addressOf(Buffer.from(hex, 'hex'));
  const bits = (hex: string): number => Number.parseInt(hex, 16).toString(2).replaceAll('0', '').length;
  return [
    ...rows('/proc/net/route')
      .slice(1)
      .map(([dev = '', to = '', by = '', , , , , mask = '']) => line(v4(to), bits(mask), v4(by), dev)),
    ...rows('/proc/net/ipv6_route')
      .filter((row) => row[9] !== 'lo')
      .map(([to = '', length = '', , , by = '', , , , , dev = '']) =>
        line(v6(to), Number.parseInt(length, 16), v6(by), dev),
      ),
  ];
}

/** A text says why not. Who answers may be the `ip` of a computer that somebody else holds. */
function jsonOf<Item>({ ok, said }: IpSaid, isItem: (value: unknown) => value is Item): readonly Item[] | string {
  if (!ok) return said;
  try {
    // Of no routes at all it says nothing.
    const items: unknown = said.trim() === '' ? [] : JSON.parse(said);
    return Array.isArray(items) && items.every(isItem) ? items : 'ip answered what it should not';
  } catch {
    return 'ip answered what is no JSON';
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function hasOnly(type: 'string' | 'number', value: Readonly<Record<string, unknown>>, ...names: string[]): boolean {
  return names.every((name) => value[name] === undefined || typeof value[name] === type);
}

function isListOf(value: unknown, isItem: (item: Readonly<Record<string, unknown>>) => boolean): boolean {
  return value === undefined || (Array.isArray(value) && value.every((each) => isObject(each) && isItem(each)));
}

function isLink(value: unknown): value is IpLink {
  return (
    isObject(value) &&
    typeof value['ifname'] === 'string' &&
    hasOnly('string', value, 'operstate', 'address') &&
    hasOnly('number', value, 'link_netnsid') &&
    isListOf(value['addr_info'], (each) => hasOnly('string', each, 'local') && hasOnly('number', each, 'prefixlen'))
  );
}

function isRoute(value: unknown): value is IpRoute {
  return (
    isObject(value) &&
    hasOnly('string', value, 'type', 'dst', 'gateway', 'dev', 'table') &&
    hasOnly('number', value, 'metric') &&
    (value['via'] === undefined || (isObject(value['via']) && hasOnly('string', value['via'], 'host'))) &&
    isListOf(value['nexthops'], (each) => hasOnly('string', each, 'gateway', 'dev'))
  );
}

function ask(words: readonly string[], { path = PATH, signal }: NetworkDeps): Promise<IpSaid> {
  const options = { env: { PATH: path, LC_ALL: 'C' }, timeout: TIMEOUT_MS, maxBuffer: MOST_BYTES, signal };
  return new Promise((resolve, reject) => {
    execFile('ip', words, options, (error, stdout, stderr) => {
      if (signal.aborted) reject(signal.reason as Error);
      else if (error === null) resolve({ ok: true, said: stdout });
      else if (error.code === 'ENOENT') resolve({ ok: false, said: 'ip (iproute2) is missing' });
      else resolve({ ok: false, said: `ip could not say: ${stderr.trim().split('\n')[0] || error.message}` });
    });
  });
}
