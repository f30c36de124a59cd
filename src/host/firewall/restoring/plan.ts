/** What has to be loaded so that rules are as they were. */
import { hostErrors } from '../../errors.ts';
import { iptablesTables, isSame, nftTables, tablesOfIptables } from '../canonical.ts';
import type { FirewallRules, Tool, ToolRules } from '../rules.ts';

/** What `native/restore-rules.sh` loads. `null`: the rules of this tool stay. */
export interface Loadable {
  /** `family name` of tables of nftables that go first. */
  readonly tables: readonly string[];
  readonly nft: string | null;
  readonly iptables: string | null;
  readonly ip6tables: string | null;
}

export interface RestorePlan {
  readonly wanted: Loadable;
  /** The way back. */
  readonly before: Loadable;
  /** What stays as it is, in sentences. */
  readonly left: readonly string[];
}

const LOADED = ['nft', 'iptables', 'ip6tables'] as const;

/**
 * Throws `host_needs_root` when the present rules cannot be read, and `host_rules_not_loadable` when those of then need a tool
 * that is not there.
 */
export function planRestore(now: FirewallRules, then: FirewallRules): RestorePlan {
  for (const tool of LOADED) {
    const [present, past] = [now.tools[tool], then.tools[tool]];
    if (present?.state === 'unread') throw hostErrors('host_needs_root', { detail: `${tool}: ${present.why}` });
    if (present === undefined && hasRules(tool, past)) {
      throw hostErrors('host_rules_not_loadable', { detail: `${tool} is not there any more` });
    }
  }
  if (now.isIptablesOverNft !== then.isIptablesOverNft && (hasIptables(now) || hasIptables(then))) {
    throw hostErrors('host_rules_not_loadable', {
      detail: 'iptables is another one than then: one writes rules of its own, the other tables of nftables',
    });
  }
  return { wanted: loadable(then, now), before: loadable(now, then), left: leftOf(now, then) };
}

/** The rules of `goal`, where those of `other` may be there. Only what could be read on both sides is touched. */
function loadable(goal: FirewallRules, other: FirewallRules): Loadable {
  const both = (tool: Tool): readonly [string, string] | null => {
    const [wanted, present] = [goal.tools[tool], other.tools[tool]];
    return wanted?.state === 'read' && present?.state === 'read' ? [wanted.text, present.text] : null;
  };
  const own = (text: string, rules: FirewallRules) =>
    nftTables(text).filter(({ family, name }) => !tablesOfIptables(rules).has(`${family} ${name}`));
  const named = (text: string, rules: FirewallRules): readonly string[] =>
    own(text, rules).map(({ family, name }) => `${family} ${name}`);
  const [nft, iptables, ip6tables] = [both('nft'), both('iptables'), both('ip6tables')];
  return {
    tables: nft ? [...new Set([...named(nft[0], goal), ...named(nft[1], other)])] : [],
    nft:
      nft &&
      own(nft[0], goal)
        .map(({ lines }) => `${lines.join('\n')}\n`)
        .join(''),
    iptables: iptables && withEmptied(...iptables),
    ip6tables: ip6tables && withEmptied(...ip6tables),
  };
}

/** A table that was not there then is emptied: iptables-restore leaves alone what is not mentioned. */
function withEmptied(wanted: string, present: string): string {
  const kept = new Set(iptablesTables(wanted).map(({ name }) => name));
  const emptied = iptablesTables(present)
    .filter(({ name }) => !kept.has(name))
    .map(({ name, lines }) => {
      const builtIn = lines.flatMap((line) => /^:(\S+) (?:ACCEPT|DROP)$/.exec(line)?.[1] ?? []);
      return [`*${name}`, ...builtIn.map((chain) => `:${chain} ACCEPT [0:0]`), 'COMMIT', ''].join('\n');
    });
  return [wanted === '' || wanted.endsWith('\n') ? wanted : `${wanted}\n`, ...emptied].join('');
}

function hasRules(tool: Tool, rules: ToolRules | undefined): boolean {
  if (rules?.state !== 'read') return false;
  return tool === 'nft' ? nftTables(rules.text).length > 0 : iptablesTables(rules.text).length > 0;
}

function hasIptables({ tools }: FirewallRules): boolean {
  return hasRules('iptables', tools.iptables) || hasRules('ip6tables', tools.ip6tables);
}

function leftOf(now: FirewallRules, then: FirewallRules): readonly string[] {
  const unread = LOADED.flatMap((tool) => {
    const past = then.tools[tool];
    if (now.tools[tool] === undefined || past?.state === 'read') return [];
    return [`The rules of ${tool} stay as they are: it ${past ? 'could not be asked' : 'was not there'} then.`];
  });
  const managed = (['ufw', 'firewalld'] as const)
    .filter((tool) => isActive(now.tools[tool]) || isActive(then.tools[tool]))
    .map((tool) => {
      const of = ({ tools }: FirewallRules): FirewallRules => ({
        tools: tools[tool] ? { [tool]: tools[tool] } : {},
        isIptablesOverNft: false,
      });
      const others = isSame(of(now), of(then)) ? '' : ', which were others then,';
      return `The rules that run change; the settings of ${tool}${others} do not, and it loads them at its next reload.`;
    });
  return [...unread, ...managed];
}

function isActive(rules: ToolRules | undefined): boolean {
  return rules?.state === 'read' && /^(?:Status: active|running)$/m.test(rules.text);
}
