/** bench/RESULTS.md: one section for each claim, as its last run printed it. */

const HEAD = [
  '# What the last runs measured',
  '',
  'Written by `npm run bench`; see [how](README.md). Below each table stands when and on what machine it was measured.',
  '',
].join('\n');

/** The page with `section` in place of the one of the same claim; sections stand in the order of `claims`. */
export function withSection(page: string, section: string, claims: readonly string[]): string {
  const sections = new Map<string, string>();
  for (const each of [...page.split(/^(?=## )/m).slice(1), section]) {
    const name = /^## ([a-z0-9-]+):/.exec(each)?.[1];
    if (name !== undefined && claims.includes(name)) sections.set(name, each.trimEnd());
  }
  return [HEAD, ...claims.flatMap((name) => sections.get(name) ?? [])].join('\n\n');
}
