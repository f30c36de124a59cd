import { isIP } from 'node:net';
import { hasCode } from '../../base/errors.ts';
import { shortestAddress } from '../store/address-words.ts';
import { nft } from './nft.ts';

/** A table of our own: nobody else's rules are touched, and ours can be seen and removed as one. */
export const TABLE = 'holdfast_block';

/** Before connections are looked up, so that one that is open already is cut as well. */
const PRIORITY = -300;

export interface BlockedElement {
  readonly address: string;
  /** Seconds that it was blocked for. */
  readonly timeout: number;
  /** Seconds that are left. */
  readonly expires: number;
}

export interface BlockTable {
  /** Rules and sets without what is in them, as nft prints them: what was changed in it shows in here. */
  readonly shape: string;
  readonly elements: readonly BlockedElement[];
}

/** Text for `nft -f`, which makes all of it or nothing. `create` fails where somebody made one in the meantime. */
export function newTable(): string {
  const rules = (words: readonly ('saddr' | 'daddr')[]): string =>
    words.map((word) => `ip ${word} @blocked4 counter drop; ip6 ${word} @blocked6 counter drop;`).join(' ');
  const chain = (hook: string, words: readonly ('saddr' | 'daddr')[]): string =>
    `chain ${hook} { type filter hook ${hook} priority ${PRIORITY}; policy accept; ${rules(words)} }`;
  return `create table inet ${TABLE}
table inet ${TABLE} {
  set blocked4 { type ipv4_addr; flags timeout; }
  set blocked6 { type ipv6_addr; flags timeout; }
  ${chain('prerouting', ['saddr'])}
  ${chain('output', ['daddr'])}
}
`;
}

export function addElement(address: string, seconds: number): string {
  return `add element inet ${TABLE} ${setOf(address)} { ${address} timeout ${seconds}s }\n`;
}

export function removeElement(address: string): string {
  return `delete element inet ${TABLE} ${setOf(address)} { ${address} }\n`;
}

function setOf(address: string): string {
  return isIP(address) === 6 ? 'blocked6' : 'blocked4';
}

/** `null`: there is no such table. Throws `network_block_unavailable`, `network_block_failed`. */
export async function readTable(): Promise<BlockTable | null> {
  try {
    return tableIn(await nft(['-j', 'list', 'table', 'inet', TABLE], ''));
  } catch (error) {
    if (hasCode(error, 'network_block_failed') && /No such file or directory/.test(error.detail ?? '')) return null;
    throw error;
  }
}

interface Listed {
  readonly nftables?: readonly Readonly<Record<string, unknown>>[];
}

/** What `nft -j list table` says (libnftables-json(5)). */
export function tableIn(json: string): BlockTable {
  const { nftables = [] } = JSON.parse(json) as Listed;
  const elements: BlockedElement[] = [];
  const shape = nftables
    .filter((each) => !('metainfo' in each))
    .map((each) => {
      const set = each['set'] as { readonly elem?: readonly unknown[] } | undefined;
      for (const element of set?.elem ?? []) elements.push(...elementIn(element));
      return JSON.stringify(each, (name, value: unknown) =>
        name === 'handle' || name === 'elem' || name === 'packets' || name === 'bytes' ? undefined : value,
      );
    })
    .join('\n');
  return { shape, elements };
}

function elementIn(element: unknown): readonly BlockedElement[] {
  const { elem } = element as { readonly elem?: { val?: unknown; timeout?: unknown; expires?: unknown } };
  if (typeof elem?.val !== 'string' || typeof elem.timeout !== 'number') return [];
  return [
    {
      address: shortestAddress(elem.val),
      timeout: elem.timeout,
      expires: typeof elem.expires === 'number' ? elem.expires : 0,
    },
  ];
}
