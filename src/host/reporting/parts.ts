/**
 * Facts and rules of the firewall as they go into a report: under a hash of what two looks are held against each other by, so
 * that counters and what comes and goes by itself make no new state.
 */
import { createHash } from 'node:crypto';
import { comparedLines, sections, unreadOf, type Facts, type Read } from '../facts/facts.ts';
import { canonicalLines } from '../firewall/canonical.ts';
import type { FirewallRules, ToolRules } from '../firewall/rules.ts';
import type { HostReport } from '../wire.ts';

type FactsPart = NonNullable<HostReport['facts']>;
type RulesPart = NonNullable<HostReport['firewall']>;

/** Of a list; and of all facts, or all rules, together. What is more is told as not read. */
const MOST_ITEMS = 5000;
const MOST_BYTES = 2 * 2 ** 20;

export function factsPart(facts: Facts): FactsPart {
  const fitting = fittingFacts(facts);
  const compared = sections.map((section) => {
    const unread = unreadOf(fitting, section);
    return [section, unread, comparedLines(fitting, section, unread === null)];
  });
  return { hash: hashOf(JSON.stringify(compared)), state: fitting as unknown as NonNullable<FactsPart['state']> };
}

function fittingFacts(facts: Facts): Facts {
  for (let most = MOST_ITEMS; ; most = Math.floor(most / 2)) {
    const fitting = {
      ...facts,
      addresses: within(facts.addresses, most),
      routes: within(facts.routes, most),
      dns: within(facts.dns, most),
      hosts: within(facts.hosts, most),
      listeners: within(facts.listeners, most),
    };
    if (most <= 1 || JSON.stringify(fitting).length <= MOST_BYTES) return fitting;
  }
}

export function rulesPart(rules: FirewallRules): RulesPart {
  const all = Object.values(rules.tools).reduce((sum, own) => sum + (own.state === 'read' ? own.text.length : 0), 0);
  const fitting = all <= MOST_BYTES ? rules : { ...rules, tools: withoutTexts(rules.tools) };
  return { hash: hashOf(canonicalLines(fitting).join('\n')), state: fitting };
}

function withoutTexts(tools: FirewallRules['tools']): FirewallRules['tools'] {
  const why = 'they are larger than 2 MiB; holdfast host firewall show tells them on the host';
  return Object.fromEntries(
    Object.entries(tools).map(([tool, own]): [string, ToolRules] => [
      tool,
      own.state === 'read' && own.text.length > MOST_BYTES / 8 ? { state: 'unread', why } : own,
    ]),
  );
}

const MOST_TEXT = 1000;

/** Of names that somebody made very long the beginning is enough. */
function within<Item extends object>({ items, unread }: Read<Item>, most: number): Read<Item> {
  const kept = items
    .slice(0, most)
    .map(
      (item) =>
        Object.fromEntries(
          Object.entries(item).map(([name, value]) => [name, typeof value === 'string' ? cut(name, value) : value]),
        ) as Item,
    );
  const left = items.length - kept.length;
  const whys = [...(unread === null ? [] : [unread]), ...(left > 0 ? [`${left} more were left out`] : [])];
  return { items: kept, unread: whys.length === 0 ? null : whys.join('; ').slice(0, MOST_TEXT) };
}

const MOST_OF: Readonly<Record<string, number>> = { state: 64, mac: 64, protocol: 64, route: 1024, process: 1024 };

function cut(name: string, value: string): string {
  const most =
    MOST_OF[name] ?? (name === 'exe' || name === 'value' || name === 'names' ? 4096 : name === 'address' ? 128 : 256);
  return value.length <= most ? value : `${value.slice(0, most - 1)}…`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
