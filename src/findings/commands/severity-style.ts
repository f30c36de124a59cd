import type { Cell } from '../../base/commands/command.ts';
import type { Severity, Verdict } from '../finding.ts';

/** Red where data or access is at risk, amber for what needs a look; the word always says the same as the colour. */
export function severityCell(severity: Severity, verdict: Verdict): Cell {
  if (verdict === 'unknown') return { text: `${severity}, not looked at`, style: 'attention' };
  if (severity === 'critical' || severity === 'high') return { text: severity, style: 'danger' };
  if (severity === 'medium') return { text: severity, style: 'attention' };
  return severity;
}
