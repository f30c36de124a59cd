/** Hands what a scan found to this computer's findings, to the timeline of its firewall and to the server. */
import type { CommandContext } from '../../base/commands/command.ts';
import { reportToServer } from '../../findings/commands.ts';
import { knownFindingsIn, reportRun, type KnownFindings, type Observation } from '../../findings/index.ts';
import { saveRules } from '../firewall/timeline.ts';
import { observationsOf, wholeChecks } from '../scanning/observations.ts';
import type { HostScan } from '../scanning/scan.ts';
import type { LocalHost } from './local-host.ts';

export const SOURCE = 'host';

export interface Recorded {
  readonly observations: readonly Observation[];
  /** With what became of them now. */
  readonly known: KnownFindings;
}

export async function recordScan(context: CommandContext, local: LocalHost, scan: HostScan): Promise<Recorded> {
  const { findings, settings, sink } = local;
  const observations = observationsOf(scan, settings.hostFindingsOfACheck);
  const before = await knownFindingsIn(findings, SOURCE);
  const run = {
    source: SOURCE,
    scope: `host/${scan.system.hostId}`,
    checks: wholeChecks(scan),
    observations,
    complete: true,
    known: new Set(before.keys()),
  };
  await reportRun(run, sink);
  await reportToServer(context, run);
  if (scan.rules) await saveRules(local.firewall.timeline, { atMs: context.clock(), by: 'scan', rules: scan.rules });
  return { observations, known: await knownFindingsIn(findings, SOURCE) };
}
