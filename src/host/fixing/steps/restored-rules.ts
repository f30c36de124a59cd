/** The rules of a firewall as they were kept: what `host firewall restore` loads, as steps that a receipt can take back. */
import { isSame } from '../../firewall/canonical.ts';
import { lookAtRules } from '../../firewall/look.ts';
import { planRestore } from '../../firewall/restoring/plan.ts';
import type { FirewallRules, Tool } from '../../firewall/rules.ts';
import type { RulesStep } from '../step.ts';
import { rulesOf } from './running.ts';

/** None where they are those that are there: of several findings the first one brings back all. Throws as `planRestore`. */
export async function planRestoredRules(then: FirewallRules): Promise<readonly RulesStep[]> {
  const now = await lookAtRules(new AbortController().signal);
  const { wanted, before } = planRestore(now, then);
  const isAsNow = (tool: Tool): boolean => isSame(of(tool, now), of(tool, then));
  const steps: RulesStep[] = [];
  const { tables } = wanted;
  if (wanted.nft !== null && tables.length > 0 && !isAsNow('nft')) {
    steps.push({
      ...{ kind: 'rules', tool: 'nft', tables, after: null },
      ...{ before: await rulesOf('nft', tables), load: wanted.nft },
    });
  }
  for (const tool of ['iptables', 'ip6tables'] as const) {
    const [load, back] = [wanted[tool], before[tool]];
    if (load === null || back === null || isAsNow(tool)) continue;
    steps.push({ kind: 'rules', tool, tables: null, before: await rulesOf(tool), back, load, after: null });
  }
  return steps;
}

function of(tool: Tool, { tools, isIptablesOverNft }: FirewallRules): FirewallRules {
  const said = tools[tool];
  return { tools: said ? { [tool]: said } : {}, isIptablesOverNft };
}
