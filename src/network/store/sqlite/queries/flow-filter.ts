import { networkErrors } from '../../../errors.ts';
import { type AddressWords, addressWords } from '../../address-words.ts';
import type { FlowQuery } from '../../flow-store.ts';
import type { PackedAddresses } from '../segments/address-book.ts';

/** Who was asked for: of either end, and of the other. */
export interface Ends {
  readonly address: AddressWords | null;
  readonly peer: AddressWords | null;
}

/** Throws `flows_query_invalid`. */
export function endsOf({ address, peer }: Pick<FlowQuery, 'address' | 'peer'>): Ends {
  return { address: wordsOf(address), peer: wordsOf(peer) };
}

export function wordsOf(address: string | undefined): AddressWords | null {
  if (address === undefined) return null;
  const words = addressWords(address);
  if (words === null) throw networkErrors('flows_query_invalid', { detail: `“${address}” is no address` });
  return words;
}

/** Where the addresses stand in the book of a segment; the second is that of the other end, `null`: whoever that is. */
export type Places = readonly [number, number | null];

/** `null`: all fit; `none`: no flow of the segment does. */
export function placesOf(addresses: PackedAddresses, { address, peer }: Ends): Places | null | 'none' {
  const one = address ?? peer;
  if (one === null) return null;
  const first = addresses.find(one);
  if (first === -1) return 'none';
  if (address === null || peer === null) return [first, null];
  const second = addresses.find(peer);
  return second === -1 ? 'none' : [first, second];
}

const ALL = Array.from({ length: 256 }, (_, number) => number);
const NAMED: Readonly<Record<string, readonly number[]>> = { tcp: [6], udp: [17], icmp: [1, 58] };

/** IP's numbers of a transport. Throws `flows_query_invalid`. */
export function protocolNumbers(name: string): ReadonlySet<number> {
  const named = Object.values(NAMED).flat();
  if (name === 'unknown_transport') return new Set(ALL.filter((number) => !named.includes(number)));
  const numbers = NAMED[name];
  if (!numbers) throw networkErrors('flows_query_invalid', { detail: `“${name}” is no transport` });
  return new Set(numbers);
}
