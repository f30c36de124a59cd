/**
 * Names that are two on this computer and one in a drive, where names are held against each other in their composed
 * form: `é` as one code point, and as an `e` with an accent. They look the same to people.
 */

/** Paths with such a name at their end, among `targets` and the folders above them; by the path, as text. */
export function lookAlikes(targets: Iterable<readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const spellings = new Map<string, Set<string>>();
  for (const target of targets) {
    for (let depth = 1; depth <= target.length; depth += 1) {
      const path = target.slice(0, depth).join('/');
      const name = target[depth - 1] ?? '';
      const composed = path.normalize('NFC');
      const known = spellings.get(composed);
      if (known) known.add(name);
      else spellings.set(composed, new Set([name]));
    }
  }
  return new Map([...spellings].flatMap(([path, names]) => (names.size > 1 ? [[path, [...names]]] : [])));
}

/** How many names of the path lead to the first that has a look-alike; `undefined`: none has. */
export function depthOfLookAlike(
  target: readonly string[],
  alike: ReadonlyMap<string, readonly string[]>,
): number | undefined {
  if (alike.size === 0) return undefined;
  const depths = target.map((_, index) => index + 1);
  return depths.find((depth) => alike.has(target.slice(0, depth).join('/').normalize('NFC')));
}

/** With everything beyond ASCII as `\u{e9}`, so that names differ that look the same. */
export function spelledOut(name: string): string {
  return name.replace(/[^\u0020-\u007e]/gu, (found) => `\\u{${found.codePointAt(0)?.toString(16) ?? ''}}`);
}
