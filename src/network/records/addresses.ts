/** Addresses in words, as `Packet` has them. */

/** `192.0.2.1` */
export function ipv4Text(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

/** `02:00:5e:10:00:01`, of its first 32 bits and the last 16. */
export function macText(first: number, last: number): string {
  const hex = (first >>> 0).toString(16).padStart(8, '0') + last.toString(16).padStart(4, '0');
  return hex.replace(/..(?!$)/g, '$&:');
}

/** RFC 5952: lower case, the longest run of zeros left out, the first of equals. */
export function ipv6Text(a: number, b: number, c: number, d: number): string {
  const groups = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff, c >>> 16, c & 0xffff, d >>> 16, d & 0xffff];
  let [bestFrom, bestLength] = [-1, 1];
  for (let from = 0; from < 8; from += 1) {
    let length = 0;
    while (from + length < 8 && groups[from + length] === 0) length += 1;
    if (length > bestLength) [bestFrom, bestLength] = [from, length];
  }
  const hex = (part: number[]): string => part.map((group) => group.toString(16)).join(':');
  if (bestFrom < 0) return hex(groups);
  return `${hex(groups.slice(0, bestFrom))}::${hex(groups.slice(bestFrom + bestLength))}`;
}

/** Of a network that is not routed between organisations (IANA's registries of special addresses): what Zeek takes as local. */
export function isLocal(isVersion6: boolean, a: number, b: number, c: number, d: number): boolean {
  if (isVersion6) {
    const isUniqueLocal = (a & 0xfe000000) >>> 0 === 0xfc000000;
    const isLinkLocal = (a & 0xffc00000) >>> 0 === 0xfe800000;
    return isUniqueLocal || isLinkLocal || (a === 0 && b === 0 && c === 0 && d === 1);
  }
  const [first, second] = [a >>> 24, (a >>> 16) & 255];
  return (
    first === 10 ||
    first === 127 ||
    (first === 172 && (second & 0xf0) === 16) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254) ||
    (first === 100 && (second & 0xc0) === 64)
  );
}
