/** Rules as lines for a terminal: comments in them are other people's text. */
import type { CommandContext } from '../../../base/commands/command.ts';
import { timestamp } from '../../../base/clock.ts';
import { visible } from '../../../base/text/visible.ts';
import { unifiedDiff } from '../../diff/unified.ts';
import { canonicalLines, isHeading } from '../../firewall/canonical.ts';
import type { FirewallRules } from '../../firewall/rules.ts';

export function rulesDiff(
  before: { readonly name: string; readonly rules: FirewallRules },
  after: { readonly name: string; readonly rules: FirewallRules },
): readonly string[] {
  const names = { before: before.name, after: after.name, isHeading };
  return unifiedDiff(canonicalLines(before.rules), canonicalLines(after.rules), names);
}

export function nameOf({ id, atMs }: { readonly id: string; readonly atMs: number }): string {
  return `${id} ${timestamp(atMs)}`;
}

export function shownLine(line: string): string {
  return visible(line.replaceAll('\t', '    '));
}

export function shownDiff({ terminal: { styles } }: CommandContext, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => {
    const text = shownLine(line);
    if (index < 2) return styles.strong(text);
    if (line.startsWith('@@')) return styles.faint(text);
    return line.startsWith('+') ? styles.good(text) : line.startsWith('-') ? styles.danger(text) : text;
  });
}
