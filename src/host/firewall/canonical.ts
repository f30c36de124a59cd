/**
 * Rules without what changes by itself: counters, times that run down, and what rules put into sets at work. Two looks are
 * the same when these lines are.
 */
import { tools, type FirewallRules, type Tool, type ToolRules } from './rules.ts';

const TITLES: { readonly [T in Tool]: string } = {
  nft: 'nftables',
  iptables: 'iptables',
  ip6tables: 'ip6tables',
  ufw: 'ufw',
  firewalld: 'firewalld',
};

/** Of all tools, each under its name; as text it can be read and held against another. */
export function canonicalLines(rules: FirewallRules): readonly string[] {
  return tools.flatMap((tool) => {
    const own = rules.tools[tool];
    if (own === undefined) return [];
    const lines = own.state === 'read' ? canonicalOf(tool, own.text, rules) : [`could not be read: ${own.why}`];
    return [`# ${TITLES[tool]}`, ...lines, ''];
  });
}

/** The line that says where those below it belong. */
export function isHeading(line: string): boolean {
  return /^(?:#|table |\*|\tchain )/.test(line);
}

/** What could not be read on one of the two sides is not held against the other. */
export function isSame(one: FirewallRules, other: FirewallRules): boolean {
  return tools.every((tool) => {
    const [here, there] = [one.tools[tool], other.tools[tool]];
    if (here?.state === 'unread' || there?.state === 'unread') return true;
    const of = (own: ToolRules | undefined, rules: FirewallRules): string =>
      own?.state === 'read' ? canonicalOf(tool, own.text, rules).join('\n') : '';
    return of(here, one) === of(there, other);
  });
}

export function canReadAny({ tools: own }: FirewallRules): boolean {
  return Object.values(own).some(({ state }) => state === 'read');
}

function canonicalOf(tool: Tool, text: string, rules: FirewallRules): readonly string[] {
  switch (tool) {
    case 'nft':
      return nftTables(text)
        .filter(({ family, name }) => !tablesOfIptables(rules).has(`${family} ${name}`))
        .flatMap(({ lines }) => canonicalTable(lines));
    case 'iptables':
    case 'ip6tables':
      return iptablesTables(text)
        .filter(filters)
        .flatMap(({ lines }) => [...lines, 'COMMIT']);
    case 'ufw':
    case 'firewalld':
      return text.trimEnd().split('\n');
  }
}

export interface NftTable {
  readonly family: string;
  readonly name: string;
  readonly lines: readonly string[];
}

/** `nft list ruleset`: a table begins in the first column. Nothing is left out, so that no comment can hide what follows it. */
export function nftTables(text: string): readonly NftTable[] {
  const tables: { family: string; name: string; lines: string[] }[] = [];
  for (const line of text.trimEnd().split('\n')) {
    const [, family, name] = /^table (\S+) (\S+) \{/.exec(line) ?? [];
    if (family !== undefined && name !== undefined) tables.push({ family, name, lines: [] });
    tables.at(-1)?.lines.push(line);
  }
  return tables;
}

function canonicalTable(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  // Of a set that rules or programs fill at work, what is in it now says nothing of the rules.
  let [isAtWork, isInElements] = [false, false];
  for (const line of lines) {
    if (/^\t(?:set|map) /.test(line)) isAtWork = false;
    if (/^\t\tflags .*(?:dynamic|timeout)/.test(line)) isAtWork = true;
    if (isInElements) {
      if (/\}\s*$/.test(line)) isInElements = false;
      continue;
    }
    if (isAtWork && line.startsWith('\t\telements = ')) {
      isInElements = !/\}\s*$/.test(line);
      continue;
    }
    // A counter or quota with a name of its own has its figures on a line of their own.
    if (/^\t\tpackets \d+ bytes \d+$/.test(line)) continue;
    kept.push(
      line
        .replace(/\bcounter packets \d+ bytes \d+/g, 'counter')
        .replace(/ used \d+ \w+/g, '')
        .replace(/ expires [0-9a-z]+/g, '')
        .replace(/ # handle \d+$/, ''),
    );
  }
  return kept;
}

export interface IptablesTable {
  readonly name: string;
  /** From `*filter` to the last rule, without counters. */
  readonly lines: readonly string[];
}

/** `iptables-save`: a table begins with `*filter` and ends with `COMMIT`. */
export function iptablesTables(text: string): readonly IptablesTable[] {
  const tables: { name: string; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) tables.push({ name: line.slice(1).trim(), lines: [] });
    if (line === '' || line === 'COMMIT' || line.startsWith('#')) continue;
    tables.at(-1)?.lines.push(line.replace(/ ?\[\d+:\d+\]\s*/, '').trimEnd());
  }
  return tables;
}

/** A table that only the look at it has made lets everything through and says nothing. */
function filters({ lines }: IptablesTable): boolean {
  return lines.some((line) => !line.startsWith('*') && !/^:\S+ ACCEPT$/.test(line));
}

/** `ip filter`, … which iptables writes for itself. */
export function tablesOfIptables({ tools: own, isIptablesOverNft }: FirewallRules): ReadonlySet<string> {
  if (!isIptablesOverNft) return new Set();
  return new Set(
    (['iptables', 'ip6tables'] as const).flatMap((tool) => {
      const rules = own[tool];
      const family = tool === 'iptables' ? 'ip' : 'ip6';
      return rules?.state === 'read' ? iptablesTables(rules.text).map(({ name }) => `${family} ${name}`) : [];
    }),
  );
}
