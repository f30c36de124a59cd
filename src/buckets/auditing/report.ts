/** What an audit says to people: the verdict in one sentence, and one line for each bucket, worst first. */
import { count } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import {
  findingId,
  isAtLeast,
  severities,
  type KnownFindings,
  type Observation,
  type Severity,
} from '../../findings/index.ts';
import { exposureVerdicts, type ExposureVerdict } from '../exposure/ways.ts';
import type { Audit, AuditedBucket } from './audit.ts';
import { isPublic, verdictRank } from './exposure-words.ts';

export type { KnownFindings } from '../../findings/index.ts';

export interface BucketLine {
  readonly bucket: string;
  readonly region: string | null;
  readonly verdict: ExposureVerdict;
  /** Of what is wrong and open; `null`: nothing is. */
  readonly worst: Severity | null;
  readonly wrong: number;
  readonly notLookedAt: number;
  /** One line. */
  readonly why: string;
}

export function bucketLines({ buckets }: Audit, known: KnownFindings): readonly BucketLine[] {
  return buckets.map((each) => lineOf(each, known)).toSorted(worstFirst);
}

/** Whether somebody decided to live with it. */
export function isDecided(observed: Pick<Observation, 'check' | 'resource'>, known: KnownFindings): boolean {
  const state = known.get(findingId(observed))?.state;
  return state === 'accepted' || state === 'suppressed';
}

function lineOf({ facts, exposure, observations }: AuditedBucket, known: KnownFindings): BucketLine {
  return {
    bucket: facts.bucket,
    region: facts.region.known ? facts.region.value : null,
    ...weighed(
      exposure,
      observations.filter((each) => !isDecided(each, known)),
    ),
  };
}

/** What a line says of a bucket, out of what is open there. */
export function weighed(
  { verdict, summary }: Pick<AuditedBucket['exposure'], 'verdict' | 'summary'>,
  open: readonly Pick<Observation, 'severity' | 'verdict' | 'title'>[],
): Omit<BucketLine, 'bucket' | 'region'> {
  const wrong = open.filter((each) => each.verdict === 'fail');
  const worst = severities.find((severity) => wrong.some((each) => each.severity === severity)) ?? null;
  return {
    verdict,
    worst,
    wrong: wrong.length,
    notLookedAt: open.filter((each) => each.verdict === 'unknown').length,
    why: whyOf(verdict, summary, wrong.find(({ severity }) => severity === worst)?.title),
  };
}

/** What lets strangers in says most; where nobody gets in, the worst finding does. */
function whyOf(verdict: ExposureVerdict, summary: string, worstTitle: string | undefined): string {
  return isPublic(verdict) || verdict === 'unknown' || worstTitle === undefined ? summary : worstTitle;
}

export function worstFirst(one: BucketLine, other: BucketLine): number {
  const rank = ({ worst }: BucketLine) => (worst === null ? severities.length : severities.indexOf(worst));
  return (
    verdictRank(one.verdict) - verdictRank(other.verdict) ||
    rank(one) - rank(other) ||
    other.wrong - one.wrong ||
    (one.bucket < other.bucket ? -1 : 1)
  );
}

export function exposureCounts({ buckets }: Audit): { readonly [V in ExposureVerdict]: number } {
  const counts = exposureVerdicts.map((verdict) => [
    verdict,
    buckets.filter(({ exposure }) => exposure.verdict === verdict).length,
  ]);
  return Object.fromEntries(counts) as { [V in ExposureVerdict]: number };
}

/** Of buckets that were asked for by name those that are in none of the places: mistyped, or removed. */
export function missingOf(asked: readonly string[], audits: readonly Pick<Audit, 'gone'>[]): readonly string[] {
  return asked.filter((name) => audits.every(({ gone }) => gone.includes(name)));
}

const NAMED = 5;

/** `There is no bucket plams.` */
export function noneOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map(visible).join(', ');
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return names.length === 1 ? `There is no bucket ${shown}.` : `There are no buckets ${shown}${more}.`;
}

/** `2 of 14 buckets are open to everyone.` Good is said only of what was looked at. */
export function sentenceOf(audit: Audit): string {
  const counts = exposureCounts(audit);
  const all = audit.buckets.length;
  if (all === 0) return audit.gone.length > 0 ? noneOf(audit.gone) : 'There is no bucket to look at.';
  const open = counts['public-write'] + counts['public-read'] + counts['public-list'];
  const of = all === 1 ? 'The bucket is' : `${open} of ${count(all, 'bucket')} ${open === 1 ? 'is' : 'are'}`;
  const parts = [
    open > 0
      ? `${of} open to everyone.`
      : all === counts.unknown
        ? `Of ${count(all, 'bucket')} nobody can say who gets in.`
        : `None of ${count(all - counts.unknown, 'bucket')} that could be judged is open to everyone.`,
    ...(counts.latent > 0 ? [`${counts.latent} would be with one switch.`] : []),
    ...(counts.unknown > 0 && counts.unknown < all ? [`${counts.unknown} could not be judged.`] : []),
    ...(audit.gone.length > 0 ? [noneOf(audit.gone)] : []),
  ];
  return parts.join(' ');
}

/** Whether what the sentence says calls for red. */
export function isBad(lines: readonly BucketLine[]): boolean {
  return lines.some(({ verdict, worst }) => isPublic(verdict) || (worst !== null && isAtLeast(worst, 'high')));
}
