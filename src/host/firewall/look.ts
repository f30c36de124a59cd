/** Asks the tools of the firewall for their rules, by the probe that scans use. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProbes } from '../probes/probes.ts';
import { verifyScripts } from '../scripts.ts';
import { detectSystem } from '../system/system.ts';
import { rulesIn, type FirewallRules } from './rules.ts';

const TIMEOUT_MS = 60_000;

/** Throws `host_scripts_changed` and what `signal` was aborted with. */
export async function lookAtRules(signal: AbortSignal): Promise<FirewallRules> {
  verifyScripts();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-firewall-'));
  try {
    const [facts, work] = [join(folder, 'facts'), join(folder, 'work')];
    for (const each of [facts, work]) mkdirSync(each);
    const { isRoot, osId, osVersion, osFamily, packages, init, container } = detectSystem('');
    const ground = { root: '', facts, work, isRoot, osId, osVersion, osFamily, packages, init, container };
    const probes = startProbes(new Set(['firewall']), ground, { walkTimeoutMs: TIMEOUT_MS, signal });
    await Promise.all(probes.values());
    return rulesIn(facts);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
