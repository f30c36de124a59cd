import type { NoticeKind, Severity, Timing } from '../kind.ts';
import type { Hours, Rule } from './preferences.ts';
import { endOfQuiet, nextHour, nextTimeOfDay } from './times.ts';

/** The one that says most exactly what it is about counts: kind before channel, both before `*`. */
export function timingFor(
  rules: readonly Rule[],
  { name, usual }: Pick<NoticeKind, 'name' | 'usual'>,
  severity: Severity,
  channel: string,
): Timing {
  const weight = (rule: Rule): number => {
    const kindFits = rule.kind === name ? 2 : rule.kind === '*' ? 0 : null;
    const channelFits = rule.channel === channel ? 1 : rule.channel === '*' ? 0 : null;
    return kindFits === null || channelFits === null ? -1 : kindFits + channelFits;
  };
  let best: Rule | null = null;
  for (const rule of rules) if (weight(rule) >= Math.max(0, best ? weight(best) : 0)) best = rule;
  return best?.timing ?? (severity === 'critical' ? 'immediate' : usual);
}

/** Channels by which a mail goes out; a person's own address is on one of them. */
const MAILING = new Set(['smtp', 'sns']);

/** Nobody is mailed twice of the same thing. */
export function leavesBy({ mailedElsewhere }: Pick<NoticeKind, 'mailedElsewhere'>, channelKind: string): boolean {
  return mailedElsewhere !== true || !MAILING.has(channelKind);
}

/** Security notices are in the feed whatever the rules say. */
export function isForFeed(rules: readonly Rule[], { name, security }: NoticeKind): boolean {
  if (security) return true;
  const rule =
    rules.find(({ kind, channel }) => kind === name && channel === 'feed') ??
    rules.find(({ kind, channel }) => kind === '*' && channel === 'feed');
  return rule?.timing !== 'off';
}

/** When a notice leaves: at once, at the end of the quiet hours, with the next full hour, or with the day's digest. */
export function leaveMs(
  nowMs: number,
  timing: Exclude<Timing, 'off'>,
  { security }: Pick<NoticeKind, 'security'>,
  severity: Severity,
  hours: Hours,
): number {
  const atMs =
    timing === 'immediate'
      ? nowMs
      : timing === 'hourly'
        ? nextHour(nowMs, hours.timeZone)
        : nextTimeOfDay(nowMs, hours.timeZone, hours.digestAt);
  if (hours.quiet === null || (security && severity === 'critical')) return atMs;
  return endOfQuiet(atMs, hours.timeZone, hours.quiet) ?? atMs;
}
