/** `null`: a name that carries nothing of its own, as the reverse of an address or a single label. */
export function nameParts(query: string): { readonly domain: string; readonly sub: string } | null {
  const labels = query.toLowerCase().replace(/\.$/, '').split('.');
  if (labels.length < 3 || labels.at(-1) === 'arpa' || labels.at(-1) === 'local') return null;
  const [second = '', top = ''] = labels.slice(-2);
  // `co.uk`, `com.au`: the domain is one label longer. A list of all such would be right more often and always old.
  const size = top.length === 2 && second.length <= 3 && labels.length > 3 ? 3 : 2;
  return { domain: labels.slice(-size).join('.'), sub: labels.slice(0, -size).join('.') };
}

/** Bits that a text can carry by the spread of its signs (Shannon): of `aaaa` none, of 16 different hex digits 64. */
export function bitsOf(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits += count * Math.log2(text.length / count);
  return bits;
}
