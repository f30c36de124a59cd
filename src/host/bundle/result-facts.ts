/** Addresses, routes, names and listeners out of what was said on the host, read as those of this computer are. */
import type { Facts, Listener, Read } from '../facts/facts.ts';
import { dnsIn, hostsIn } from '../facts/named-files.ts';
import { addressesIn, routesIn, type IpSaid } from '../facts/network.ts';
import type { Probed } from '../probes/probes.ts';
import { fieldsOf } from '../running/answers.ts';
import type { HostSystem } from '../system/system.ts';
import { bytesIn, distinct, flagIn, invalid, oneOfIn, onlyFields, type ResultLine } from './result-lines.ts';

export const MOST_OF_A_FACT = 4 * 2 ** 20;
/** What is brought of a file, at most. */
const MOST_OF_A_FILE = 2 * 2 ** 20;

const NAMES = ['addresses', 'routes-4', 'rules-4', 'routes-6', 'rules-6', 'dns', 'hosts', 'listeners'] as const;
type Name = (typeof NAMES)[number];

interface Said {
  readonly ok: boolean;
  readonly bytes: Buffer;
}

export function factsIn(lines: readonly ResultLine[], system: HostSystem, probes: readonly Probed[]): Facts {
  const told = lines.map((line): Said & { readonly name: Name } => {
    onlyFields(line, 'name', 'ok', 'said');
    return { name: oneOfIn(line, 'name', NAMES), ok: flagIn(line, 'ok'), bytes: bytesIn(line, 'said', MOST_OF_A_FACT) };
  });
  const all = new Map(distinct(told, ({ name }) => name).map((each) => [each.name, each]));
  const said = (name: Name): Said => all.get(name) ?? { ok: false, bytes: Buffer.from('it was not looked at') };
  const ip = (name: Name): IpSaid => ({ ok: said(name).ok, said: textOf(said(name)) });
  const routes = [
    { routes: ip('routes-4'), rules: ip('rules-4') },
    { routes: ip('routes-6'), rules: ip('rules-6') },
  ];
  return {
    system,
    addresses: bounded(addressesIn(ip('addresses'), () => [])),
    routes: bounded(routesIn(routes, () => [])),
    dns: bounded(dnsIn(fileIn(said('dns')))),
    hosts: bounded(hostsIn(fileIn(said('hosts')))),
    listeners: bounded(listenersIn(said('listeners'), probes)),
  };
}

/** As much as a program on the host may report: of a part, and of a text where it is not one of the longer ones. */
const MOST_ITEMS = 20_000;
const MOST_OF_A_TEXT = 256;
const LONGER: Readonly<Record<string, number>> = {
  ...{ route: 1024, value: 4096, names: 8192, process: 1024, exe: 4096 },
  ...{ state: 64, mac: 64, protocol: 64, address: 128 },
};

function bounded<Item extends object>({ items, unread }: Read<Item>): Read<Item> {
  const kept = items.slice(0, MOST_ITEMS).map((item) => {
    const fields = Object.entries(item).map(([name, value]: [string, unknown]): [string, unknown] => [
      name,
      typeof value === 'string' ? value.slice(0, LONGER[name] ?? MOST_OF_A_TEXT) : value,
    ]);
    return Object.fromEntries(fields) as Item;
  });
  return { items: kept, unread: items.length > MOST_ITEMS ? `there are more than ${MOST_ITEMS}` : unread };
}

/** What was said; of a reason the first line. */
function textOf({ ok, bytes }: Said): string {
  const text = bytes.toString('utf8');
  return ok ? text : (text.slice(0, 200).trim().split('\n')[0] ?? '');
}

function fileIn(said: Said): { readonly text: string; readonly unread: string | null } {
  if (!said.ok) return { text: '', unread: textOf(said) };
  const isCut = said.bytes.length >= MOST_OF_A_FILE;
  const end = isCut ? Math.max(said.bytes.lastIndexOf(0x0a), 0) : said.bytes.length;
  return { text: said.bytes.toString('utf8', 0, end), unread: isCut ? 'only its first 2 MiB were read' : null };
}

const FIELDS = 8;

function listenersIn(said: Said, probes: readonly Probed[]): Read<Listener> {
  if (!said.ok) return { items: [], unread: textOf(said) };
  const fields = fieldsOf(said.bytes).slice(0, -1);
  if (fields.length % FIELDS !== 0) throw invalid('a listener has other fields than it should');
  const items = Array.from({ length: fields.length / FIELDS }, (_, at): Listener => {
    const [protocol = '', address = '', port, user = '', process = '', exe = '', pid = '', passing] = fields.slice(
      at * FIELDS,
      (at + 1) * FIELDS,
    );
    return {
      ...{ protocol, address, port: numberOf(port, 65_535), user, process, exe },
      pid: pid === '' ? null : numberOf(pid, 2 ** 31),
      isPassing: passing === '1',
    };
  }).toSorted((one, other) => one.port - other.port || (one.protocol < other.protocol ? -1 : 1));
  return { items, unread: probes.find(({ probe }) => probe === 'processes')?.why ?? 'processes were not looked at' };
}

function numberOf(text: string | undefined, most: number): number {
  if (text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= most) return Number(text);
  throw invalid('a listener has no number where one should be');
}
