/** What the overview answers, in one sentence each. “No” is said of what was looked at, and of nothing else. */
import { counted, formatCount } from '../../base/text/format.ts';
import type { BucketsReply, PlaceView } from '../buckets/api.ts';
import { type Verdict, verdicts } from '../buckets/words.ts';
import type { FindingSummary } from '../findings/api.ts';
import type { HostTotals } from '../hosts/api.ts';

/** Green is for what was proven: nothing is green because nobody looked. */
export type Tone = 'risk' | 'look' | 'good' | 'plain';

export interface Answer {
  readonly tone: Tone;
  readonly sentence: string;
}

export interface BucketsSeen {
  readonly counts: BucketsReply['counts'];
  readonly places: readonly Pick<PlaceView, 'last'>[];
  /** The worst that is open, whoever looked. */
  readonly worst: readonly Pick<FindingSummary, 'severity' | 'verdict'>[];
}

export function bucketsAnswer({ counts, places, worst }: BucketsSeen): Answer {
  const count = (verdict: Verdict): number => counts[verdict] ?? 0;
  const all = verdicts.reduce((sum, verdict) => sum + count(verdict), 0);
  const open = count('public-write') + count('public-read') + count('public-list');
  if (open > 0) return { tone: 'risk', sentence: `Yes: ${some(open, all, 'bucket')} open to strangers.` };
  if (all === 0 && worst.length === 0) return { tone: 'plain', sentence: 'Nobody knows: no bucket was looked at.' };
  if (all === 0 && worst.some(isGrave)) {
    return {
      tone: 'risk',
      sentence:
        'Other computers found something badly wrong. Of all else nobody knows: this server looked at no bucket.',
    };
  }
  if (all === 0) {
    return {
      tone: 'look',
      sentence: 'Nobody knows: this server looked at no bucket, and other computers at those below alone.',
    };
  }
  const closed = `None of ${counted(all, 'bucket')} was seen open`;
  if (worst.some(isGrave)) return { tone: 'look', sentence: `${closed}, but something else is badly wrong.` };
  const isBlind = places.some(({ last }) => last === null || last.failure !== null);
  if (isBlind || count('unknown') > 0) {
    return { tone: 'look', sentence: `${closed}, and not everything could be looked at.` };
  }
  if (count('latent') > 0) {
    return { tone: 'look', sentence: `No, but ${some(count('latent'), all, 'bucket')} one switch away from it.` };
  }
  return { tone: 'good', sentence: `No: strangers get into none of ${counted(all, 'bucket')}.` };
}

export type HostsSeen = Pick<HostTotals, 'hosts' | 'states' | 'inTrouble' | 'open' | 'notLookedAt'>;

/** `elsewhere`: the worst that is open, whoever looked, so that it may be of hosts that do not report here. */
export function hostsAnswer(
  { hosts, states, inTrouble, open, notLookedAt }: HostsSeen,
  elsewhere: readonly Pick<FindingSummary, 'severity' | 'verdict'>[],
): Answer {
  // Of one that was revoked nothing is expected.
  const all = hosts - states.revoked;
  if (open.critical + open.high > 0 && all > 0) {
    return { tone: 'risk', sentence: `Yes: ${some(Math.max(inTrouble, 1), all, 'host')} in trouble.` };
  }
  const isNobodyHeard = all === states.waiting;
  if (elsewhere.some(isGrave)) {
    return {
      tone: 'risk',
      sentence: isNobodyHeard
        ? 'Yes, by what somebody handed in, or a host that was revoked. Of all else nobody knows.'
        : `Yes, by what somebody handed in, or a host that was revoked; none of ${counted(all, 'host')} that should report here said so.`,
    };
  }
  if (isNobodyHeard && elsewhere.length > 0) {
    return {
      tone: 'look',
      sentence: 'Nobody knows: no host has reported, and somebody handed in what is below alone.',
    };
  }
  if (isNobodyHeard) return { tone: 'plain', sentence: 'Nobody knows: no host has reported.' };
  if (states.silent > 0) {
    const who = states.silent === 1 ? 'it' : 'they';
    return {
      tone: 'look',
      sentence: `${some(states.silent, all, 'host')} silent: nobody knows how ${who} ${who === 'it' ? 'is' : 'are'}.`,
    };
  }
  if (notLookedAt.length > 0 || elsewhere.some(({ verdict }) => verdict === 'unknown')) {
    return { tone: 'look', sentence: 'Nothing grave was seen, and not everything could be looked at.' };
  }
  const old = states.late + states.imported;
  if (old > 0) {
    const whose = old === 1 ? 'its last report' : 'their last reports';
    return {
      tone: 'look',
      sentence: `Nothing grave was seen, but ${some(old, all, 'host')} not known since ${whose}.`,
    };
  }
  if (states.waiting > 0) {
    return {
      tone: 'look',
      sentence: `Nothing grave was seen, but ${some(states.waiting, all, 'host')} yet to report.`,
    };
  }
  return { tone: 'good', sentence: `No: nothing critical or high is open on ${counted(all, 'host')}.` };
}

/** “1 of 14 buckets is”, “2 of 14 buckets are”. */
export function some(part: number, all: number, one: string): string {
  return `${formatCount(part)} of ${counted(all, one)} ${part === 1 ? 'is' : 'are'}`;
}

/** Something is badly wrong, rather than not looked at. */
export function isGrave({ severity, verdict }: Pick<FindingSummary, 'severity' | 'verdict'>): boolean {
  return verdict === 'fail' && (severity === 'critical' || severity === 'high');
}
