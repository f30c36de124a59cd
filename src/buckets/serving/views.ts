/** What is kept as people and programs see it: times as text, and nothing of how it is stored. */
import { chosenWords } from '../../base/text/chosen-words.ts';
import { timestamp } from '../../base/clock.ts';
import { findingView, severities, type Severity } from '../../findings/index.ts';
import { bucketErrors } from '../errors.ts';
import { exposureVerdicts, type ExposureVerdict, type Way } from '../exposure/ways.ts';
import type { RunningRow } from '../records.ts';
import type { BucketReply, BucketsReply, BucketView, PlacesReply, PlaceView } from '../wire.ts';
import type { KnownPlace, ShownBucket } from './audits.ts';
import type { BucketsFilter, BucketsPage, ListedLine } from './list.ts';
import { optionsOf, type BucketPlace } from './place.ts';

export function placesView(places: readonly KnownPlace[], running: RunningRow | null): PlacesReply {
  return { places: places.map(placeView), running: running && runningView(running) };
}

function placeView({ place, last }: KnownPlace): PlaceView {
  return {
    ...placeWords(place),
    last: last && {
      scope: last.scope,
      startedTime: timestamp(last.startedMs),
      endedTime: timestamp(last.endedMs),
      probe: last.probe,
      buckets: last.buckets,
      failure: last.failure && { ...last.failure },
    },
  };
}

function placeWords({ placeId, kind, endpoint, role, bucket }: BucketPlace) {
  return { placeId, kind, endpoint, role, bucket };
}

function runningView({ auditId, by, startedMs, probe, placeIds, at, buckets }: RunningRow) {
  return { auditId, by, startedTime: timestamp(startedMs), probe, placeIds: [...placeIds], at, buckets };
}

export function bucketsView({ lines, total, counts, ...rest }: BucketsPage): BucketsReply {
  return { buckets: lines.map(lineView), total, counts: { ...counts }, ...rest };
}

function lineView({ row, bucket, region, verdict, why, worst, severities: by, notLookedAt }: ListedLine): BucketView {
  const { bucketId, uid, placeId, firstSeenMs, lastSeenMs } = row;
  return {
    ...{ bucketId, bucket, uid, region, placeId, verdict, why, worst, severities: { ...by }, notLookedAt },
    firstSeenTime: timestamp(firstSeenMs),
    lastSeenTime: timestamp(lastSeenMs),
  };
}

export function bucketView({ line, place, proof, findings }: ShownBucket): BucketReply {
  const { exposure, policy, probe, fix } = proof;
  const { withoutFlags, strangersMay, ways, moreWays, unknowns, disagreements } = exposure;
  const options = optionsOf(place);
  return {
    bucket: lineView(line),
    place: placeWords(place),
    verdicts: line.row.verdicts.map(({ atMs, verdict }) => ({ time: timestamp(atMs), verdict })),
    summary: line.row.summary,
    ...{ withoutFlags, strangersMay: [...strangersMay], ways: ways.map(wayView), moreWays, policy },
    unknowns: unknowns.map(({ part, reason }) => ({ part, reason })),
    disagreements: disagreements.map((each) => ({ ...each })),
    probe: probe && {
      requests: probe.requests.map(({ method, url, outcome, why }) => ({ method, url, outcome, why })),
      skipped: [...probe.skipped],
    },
    fix: {
      command: `holdfast buckets fix ${quoted(line.bucket)}${options === '' ? '' : ` ${options}`}`,
      calls: fix.calls.map((each) => ({ ...each })),
      after: fix.after,
      losses: [...fix.losses],
      left: fix.left.map((each) => ({ ...each })),
      accepted: fix.accepted,
    },
    findings: findings.map(findingView),
  };
}

function wayView(way: Way): BucketReply['ways'][number] {
  const { level, from, statement, grant, through, abilities, takenAway, stoppedBy, wouldStop, request } = way;
  return {
    ...{ level, from, through, wouldStop },
    explanation: way.explanation,
    statement: statement && { ...statement },
    grant: grant && { grantee: grant.grantee.id, permission: grant.permission },
    abilities: [...abilities],
    takenAway: [...takenAway],
    stoppedBy: stoppedBy.map((each) => ({ ...each })),
    request: request && { command: request.command, signed: request.signed, needs: [...request.needs] },
  };
}

/** For a POSIX shell: stores other than AWS may have names of any kind. */
function quoted(name: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
}

export interface BucketsQueryText {
  readonly verdict?: string | undefined;
  readonly severity?: string | undefined;
  readonly place?: string | undefined;
  readonly text?: string | undefined;
}

/** Throws `buckets_filter_invalid` and names the word that is none. */
export function bucketsFilterOf({ verdict, severity, place, text }: BucketsQueryText): BucketsFilter {
  return {
    verdicts: words<ExposureVerdict>('verdict', verdict, exposureVerdicts),
    severities: words<Severity>('severity', severity, severities),
    placeId: place,
    text,
  };
}

function words<Word extends string>(
  name: string,
  given: string | undefined,
  known: readonly Word[],
): readonly Word[] | undefined {
  return chosenWords(given, known, (word, remedy) =>
    bucketErrors('buckets_filter_invalid', {
      attempted: 'List buckets',
      detail: `“${word}” is no ${name}`,
      remedy,
    }),
  );
}
