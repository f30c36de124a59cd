/** JSON without `undefined`; every value of a record is one. */
export type Canonical =
  | null
  | boolean
  | number
  | string
  | readonly Canonical[]
  | { readonly [name: string]: Canonical };

/**
 * One text per value: members in order of their names' UTF-16 code units, no white space (RFC 8785 for the values that
 * records hold). MACs, hashes and signatures are taken over this, so that the way a store orders members makes no
 * difference.
 */
export function canonicalJson(value: Canonical): string {
  if (Array.isArray(value)) return `[${value.map((item: Canonical) => canonicalJson(item)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('A record holds finite numbers only');
  return JSON.stringify(value);
}
