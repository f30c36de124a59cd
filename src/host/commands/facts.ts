import { timestamp } from '../../base/clock.ts';
import type { Command, CommandContext } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { formatTime } from '../../base/text/quantities.ts';
import { changesBetween, factsAt, keepFacts, type Change, type KeptFacts } from '../facts/changes.ts';
import { linesOf, sections, sectionTitles, unreadOf, type Facts } from '../facts/facts.ts';
import { lookAtFacts } from '../facts/look.ts';
import { canonicalLines, canReadAny } from '../firewall/canonical.ts';
import { lookAtRules } from '../firewall/look.ts';
import type { FirewallRules } from '../firewall/rules.ts';
import { saveRules } from '../firewall/timeline.ts';
import { nameOf, rulesDiff, shownDiff, shownLine } from './firewall/rules-lines.ts';
import { needLinux } from './need-linux.ts';
import { stateFolderFrom, stateOption, type LocalHost, type OpenLocalHost } from './local-host.ts';

type Before = KeptFacts & { readonly id: string };

export const factsCommand = (openLocal: OpenLocalHost): Command => ({
  path: ['host', 'facts'],
  summary: 'What this computer is and how it is reached, and what has changed since last time',
  description:
    'System, addresses, routes, name servers, /etc/hosts, listeners with their processes, firewall rules. Reads and changes\nnothing. Without root it does not see everything, and says so. Each state that differs from the last one is kept.',
  examples: [
    { run: 'sudo holdfast host facts', does: 'All of it, and what is new or gone since last time' },
    { run: 'sudo holdfast host facts --since 2026-11-01', does: 'Held against what was there then' },
    { run: 'sudo holdfast host facts --json', does: 'For a script or a SOC' },
  ],
  options: [
    { name: 'since', value: 'WHEN', about: 'A time, as 2026-11-01 or 2026-11-01T08:00Z, or the id of an earlier look' },
    { name: 'all', about: 'Every line of long sections' },
    stateOption,
  ],
  async run(context, input) {
    needLinux();
    await using local = await openLocal(stateFolderFrom(context, input));
    const before = await beforeFrom(local, input.text('since'));
    const [facts, rules] = await Promise.all([lookAtFacts(context.signal), lookAtRules(context.signal)]);
    const atMs = context.clock();
    const saved = await saveRules(local.firewall.timeline, { atMs, by: 'facts', rules });
    const id = await keepFacts(local.facts, { atMs, facts, firewallId: saved?.kept.id ?? null });
    const changes = before ? changesBetween(before.facts, facts) : [];
    const firewall = before ? await firewallSince(local, before, rules) : [];
    const since = before && { id: before.id, time: timestamp(before.atMs), changes, firewall };
    context.terminal.show({ id, time: timestamp(atMs), ...facts, firewall: rules, since }, () => {
      const most = input.flag('all') ? Number.POSITIVE_INFINITY : MOST_LINES;
      return [...shownFacts(context, facts, rules, most), ...shownChanges(context, before, changes, firewall)];
    });
  },
});

/** Of a section. */
const MOST_LINES = 40;

/** `null`: nothing was kept before. Throws `usage_invalid`, `host_snapshot_not_found`. */
async function beforeFrom({ facts }: LocalHost, word: string | undefined): Promise<Before | null> {
  if (word === undefined) return await facts.last();
  if ((await facts.ids()).some((id) => id.startsWith(word.toLowerCase()))) return await facts.find(word);
  const atMs = /^\d{4}-\d\d-\d\d/.test(word) ? Date.parse(word) : Number.NaN;
  if (Number.isNaN(atMs)) {
    throw commandErrors('usage_invalid', { detail: `--since ${word} is no time, and no id of an earlier look` });
  }
  const found = await factsAt(facts, atMs);
  if (found) return found;
  throw commandErrors('usage_invalid', { detail: `--since ${word}: nothing is kept that is as old` });
}

/** The rules then against the rules now; what is no longer kept cannot be told. */
async function firewallSince(
  { firewall }: LocalHost,
  before: Before,
  rules: FirewallRules,
): Promise<readonly string[]> {
  if (before.firewallId === null || !canReadAny(rules)) return [];
  const then = await firewall.timeline.read(before.firewallId);
  if (then === null) return [];
  return rulesDiff(
    { name: nameOf({ id: before.firewallId, atMs: then.atMs }), rules: then.rules },
    { name: 'now', rules },
  );
}

function shownFacts(
  { terminal: { styles } }: CommandContext,
  facts: Facts,
  rules: FirewallRules,
  most: number,
): readonly string[] {
  const part = (title: string, lines: readonly string[], unread: string | null, more: string): readonly string[] => [
    styles.strong(title),
    ...lines.slice(0, most).map((line) => `  ${shownLine(line)}`),
    ...(lines.length > most ? [styles.faint(`  and ${lines.length - most} more: ${more}`)] : []),
    ...(unread === null ? [] : [styles.attention(`  Not all was seen: ${shownLine(unread)}`)]),
    ...(lines.length === 0 && unread === null ? [styles.faint('  none')] : []),
    '',
  ];
  const own = sections.flatMap((section) =>
    part(sectionTitles[section], linesOf(facts, section), unreadOf(facts, section), 'holdfast host facts --all'),
  );
  const filter = canonicalLines(rules).filter((line) => line !== '');
  const none = Object.keys(rules.tools).length === 0 ? 'no nft, iptables, ufw or firewalld is there' : null;
  return [...own, ...part('Firewall', filter, none, 'holdfast host firewall show')];
}

function shownChanges(
  context: CommandContext,
  before: Before | null,
  changes: readonly Change[],
  firewall: readonly string[],
): readonly string[] {
  const { styles } = context.terminal;
  if (before === null) return ['This is the first look; later ones tell what has changed.'];
  const time = formatTime(before.atMs);
  if (changes.length === 0 && firewall.length === 0) return [`Nothing has changed from what was first seen ${time}.`];
  return [
    styles.strong(`Changed from what was first seen ${time}`),
    ...changes.flatMap((change) => [
      `  ${sectionTitles[change.section]}`,
      ...change.new.map((line) => styles.good(`  + ${shownLine(line)}`)),
      ...change.gone.map((line) => styles.danger(`  - ${shownLine(line)}`)),
    ]),
    ...(firewall.length === 0 ? [] : ['  Firewall', ...shownDiff(context, firewall).map((line) => `  ${line}`)]),
  ];
}
