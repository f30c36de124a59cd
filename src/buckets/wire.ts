import { Type, type Static } from '../base/http/schema.ts';
import { FindingSummary, Severity } from '../findings/wire.ts';
import { abilities, exposureVerdicts } from './exposure/ways.ts';
import { placeKinds } from './serving/place-kinds.ts';

/** What buckets/ says and hears over HTTP. Times are RFC 3339 in UTC. */

const Time = Type.String({ format: 'date-time' });
const Count = Type.Integer({ minimum: 0 });
const oneOf = <const Words extends readonly string[]>(words: Words, description: string) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], description });
const OrNull = <Schema extends ReturnType<typeof Type.String>>(schema: Schema) => Type.Union([schema, Type.Null()]);

const Verdict = oneOf(
  exposureVerdicts,
  'Worst first. unknown: nothing public was seen, and not everything could be read; latent: one switch away',
);
const PlaceId = Type.String({ description: '16 hex digits', maxLength: 64 });

const Place = {
  placeId: PlaceId,
  kind: oneOf(placeKinds, 'own: a bucket of the workspace; account: of AWS; store: whatever else speaks S3'),
  endpoint: OrNull(Type.String({ description: 'null: AWS' })),
  role: OrNull(Type.String({ description: 'ARN of the role that is assumed' })),
  bucket: OrNull(Type.String({ description: 'The one bucket that is meant; null: every one' })),
};

export const PlaceView = Type.Object({
  ...Place,
  last: Type.Union(
    [
      Type.Object({
        scope: OrNull(Type.String({ description: 'Account or address, as findings name it' })),
        startedTime: Time,
        endedTime: Time,
        probe: Type.Boolean(),
        buckets: Count,
        failure: Type.Union(
          [
            Type.Object({ code: Type.String(), title: Type.String(), detail: Type.String(), remedy: Type.String() }),
            Type.Null(),
          ],
          { description: 'Why it could not be looked at; what was found before stands as it was' },
        ),
      }),
      Type.Null(),
    ],
    { description: 'How the last audit went; null: there was none' },
  ),
});
export type PlaceView = Static<typeof PlaceView>;

const Running = Type.Object({
  auditId: Type.String(),
  by: Type.String(),
  startedTime: Time,
  probe: Type.Boolean(),
  placeIds: Type.Array(PlaceId, { description: 'In order' }),
  at: Type.Integer({ description: 'How many of them are done' }),
  buckets: Type.Integer({ description: 'Looked at so far' }),
});

export const PlacesReply = Type.Object({
  places: Type.Array(PlaceView),
  running: Type.Union([Running, Type.Null()], { description: 'The audit under way' }),
});
export type PlacesReply = Static<typeof PlacesReply>;

export const AuditBody = Type.Object(
  {
    placeId: Type.Union([PlaceId, Type.Null()], { description: 'null: all places, one after the other' }),
    probe: Type.Boolean({ description: 'Also ask each bucket as a stranger would; only reads' }),
  },
  { additionalProperties: false },
);

const commas = (description: string) => Type.Optional(Type.String({ maxLength: 128, description }));
export const BucketsQuery = Type.Object({
  verdict: commas('One or more, with commas'),
  severity: commas('One or more, with commas: buckets where something that bad is wrong'),
  place: Type.Optional(PlaceId),
  text: Type.Optional(Type.String({ maxLength: 256, description: 'A part of the name' })),
  after: Type.Optional(Type.String({ maxLength: 512 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
});

const line = {
  bucketId: Type.String({ description: '32 hex digits' }),
  bucket: Type.String(),
  uid: Type.String({ description: 'As findings name it' }),
  region: OrNull(Type.String()),
  placeId: PlaceId,
  verdict: Verdict,
  why: Type.String({ description: 'One line' }),
  worst: Type.Union([Severity, Type.Null()], { description: 'Of what is wrong and open; null: nothing is' }),
  severities: Type.Object({ critical: Count, high: Count, medium: Count, low: Count, info: Count }),
  notLookedAt: Count,
  firstSeenTime: Time,
  lastSeenTime: Time,
};
export const BucketView = Type.Object(line);
export type BucketView = Static<typeof BucketView>;

export const BucketsReply = Type.Object({
  buckets: Type.Array(BucketView, { description: 'Worst first' }),
  next: Type.Optional(Type.String({ description: 'Pass it as “after” to go on' })),
  total: Type.Integer({ description: 'How many fit the filter' }),
  counts: Type.Record(Type.String(), Count, {
    description: 'By verdict, whatever the filter says of verdicts, severities and names',
  }),
});
export type BucketsReply = Static<typeof BucketsReply>;

const Ability = oneOf(abilities, 'What somebody may do');
const Way = Type.Object({
  level: oneOf(['public', 'shared'], 'public: strangers; shared: others whom the owner named'),
  from: oneOf(['policy', 'acl', 'object-acl', 'access-point'], 'What lets in'),
  statement: Type.Union([
    Type.Object({ index: Type.Integer({ description: 'Counted from 0' }), sid: OrNull(Type.String()) }),
    Type.Null(),
  ]),
  grant: Type.Union([Type.Object({ grantee: Type.String(), permission: Type.String() }), Type.Null()]),
  through: OrNull(Type.String({ description: 'The access point, or the key of the object' })),
  abilities: Type.Array(Ability),
  takenAway: Type.Array(Type.String(), { description: 'What statements of kind Deny take away from it' }),
  stoppedBy: Type.Array(Type.Object({ flag: Type.String(), level: Type.String() }), {
    description: 'The flags that are on and close it; empty: it is open now',
  }),
  wouldStop: OrNull(Type.String({ description: 'The flag that would close it' })),
  request: Type.Union(
    [
      Type.Object({
        command: Type.String(),
        signed: Type.Boolean({ description: 'true: with any AWS account' }),
        needs: Type.Array(Type.String()),
      }),
      Type.Null(),
    ],
    { description: 'The smallest request that gets in; null: it is no stranger’s way' },
  ),
  explanation: Type.String(),
});

export const BucketReply = Type.Object({
  bucket: BucketView,
  place: Type.Object(Place),
  verdicts: Type.Array(Type.Object({ time: Time, verdict: Verdict }), { description: 'Newest first' }),
  summary: Type.String(),
  withoutFlags: Verdict,
  strangersMay: Type.Array(Ability),
  ways: Type.Array(Way, { description: 'Worst first' }),
  moreWays: Count,
  unknowns: Type.Array(Type.Object({ part: Type.String(), reason: Type.String() })),
  disagreements: Type.Array(Type.Object({ with: Type.String(), explanation: Type.String() })),
  policy: OrNull(Type.String({ description: 'As the store gave it' })),
  probe: Type.Union(
    [
      Type.Object({
        requests: Type.Array(
          Type.Object({
            method: Type.String(),
            url: Type.String(),
            outcome: oneOf(['let-in', 'refused', 'absent', 'no-answer'], 'absent: told that it is not there'),
            why: Type.String(),
          }),
        ),
        skipped: Type.Array(Type.String()),
      }),
      Type.Null(),
    ],
    { description: 'What a stranger was given who asked; null: nobody did' },
  ),
  fix: Type.Object(
    {
      command: Type.String({ description: 'Shows it anew, and makes it with --apply' }),
      calls: Type.Array(
        Type.Object({ call: Type.String(), before: OrNull(Type.String()), after: OrNull(Type.String()) }),
      ),
      after: Verdict,
      losses: Type.Array(Type.String(), { description: 'Who loses access' }),
      left: Type.Array(Type.Object({ check: Type.String(), why: Type.String() })),
      accepted: Count,
    },
    { description: 'What would mend what is critical or high, as of the last audit' },
  ),
  findings: Type.Array(FindingSummary, { description: 'What is or was wrong with it' }),
});
export type BucketReply = Static<typeof BucketReply>;

export const BucketParams = Type.Object({ bucketId: Type.String({ maxLength: 64 }) });

export const Nothing = Type.Null({ description: 'Done.' });

export const WatchedNotices = Type.Object(
  {
    notices: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'The same in each repeat' }),
          kind: oneOf(['objects', 'burst', 'opened'], 'burst: very many at once; opened: everyone gets in now'),
          about: Type.String({ maxLength: 255, description: 'The bucket' }),
          count: Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'How many changes' }),
          lines: Type.Array(Type.String({ maxLength: 2000 }), { minItems: 1, maxItems: 5 }),
          owner: Type.Optional(
            Type.String({
              minLength: 3,
              maxLength: 255,
              description: 'Address of who owns the bucket, and hears of it',
            }),
          ),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 20 },
    ),
  },
  { additionalProperties: false },
);
export type WatchedNotices = Static<typeof WatchedNotices>;
