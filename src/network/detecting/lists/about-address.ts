import { isPrivate } from '../../records/private-address.ts';
import { BoundedMap } from '../known/bounded-map.ts';
import { type AddressDatabase, isFields } from './mmdb.ts';

const MOST_ANSWERS = 10_000;

/** `NL, AS64500 Example`: country and network as the operator's databases have them. `null`: they have nothing. */
export function aboutAddresses(databases: readonly AddressDatabase[]): (address: string) => string | null {
  if (databases.length === 0) return () => null;
  const answers = new BoundedMap<{ readonly text: string | null }>(MOST_ANSWERS);
  return (address) => {
    if (isPrivate(address)) return null;
    return answers.of(address, () => ({ text: askAll(databases, address) })).text;
  };
}

function askAll(databases: readonly AddressDatabase[], address: string): string | null {
  const parts = new Set<string>();
  for (const database of databases) {
    const found = database.find(address);
    if (!isFields(found)) continue;
    const country = isFields(found['country']) ? found['country']['iso_code'] : found['country_code'];
    if (typeof country === 'string') parts.add(country.slice(0, 8));
    const number = found['autonomous_system_number'];
    const name = found['autonomous_system_organization'];
    if (typeof number === 'number') {
      parts.add(`AS${number}${typeof name === 'string' ? ` ${name.slice(0, 80)}` : ''}`);
    }
  }
  return parts.size === 0 ? null : [...parts].join(', ');
}
