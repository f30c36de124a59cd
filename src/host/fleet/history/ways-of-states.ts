/** When facts, and rules, are others than before: by what does not change by itself. */
import { changesOf } from '../../diff/unified.ts';
import { changesBetween } from '../../facts/changes.ts';
import { sections, unreadOf, type Facts } from '../../facts/facts.ts';
import { canonicalLines, isSame } from '../../firewall/canonical.ts';
import type { FirewallRules } from '../../firewall/rules.ts';
import type { WayOfStates } from './states.ts';

export const factsStates: WayOfStates<Facts> = {
  kind: 'facts',
  changed(before, after) {
    const changes = changesBetween(before, after);
    const isAsWhole = sections.every((section) => unreadOf(before, section) === unreadOf(after, section));
    if (changes.length === 0 && isAsWhole) return null;
    const sum = (of: 'new' | 'gone') => changes.reduce((total, each) => total + each[of].length, 0);
    return { new: sum('new'), gone: sum('gone') };
  },
};

export const rulesStates: WayOfStates<FirewallRules> = {
  kind: 'firewall',
  changed(before, after) {
    if (isSame(before, after)) return null;
    const lines = changesOf(canonicalLines(before), canonicalLines(after));
    const of = (wanted: 'new' | 'gone'): number =>
      lines.filter(({ kind, line }) => kind === wanted && line !== '').length;
    return { new: of('new'), gone: of('gone') };
  },
};
