/** What passes between the program on a host and its server. Nothing is taken that does not stand here. */
import { Type, type Static } from '../../base/http/schema.ts';
import { ObservationRequest, Severity } from '../../findings/wire.ts';
import type { Outcome } from '../scanning/hardening.ts';

const Time = Type.String({ format: 'date-time', maxLength: 40 });
const Text = (maxLength: number, description?: string) =>
  Type.String({ maxLength, ...(description === undefined ? {} : { description }) });
const oneOf = <const Words extends readonly string[]>(words: Words, description: string) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], description });

export const HostId = Type.String({ pattern: '^[0-9a-f]{32}$', description: 'Names one computer: 32 hex digits' });
export const CheckId = Type.String({ pattern: '^(?:W-)?[A-Z][A-Z0-9]{1,15}-[0-9]{2,4}$', description: 'KRN-07' });
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256' });

export const hostParts = ['host', 'buckets', 'network'] as const;
export type HostPart = (typeof hostParts)[number];
export const HostParts = Type.Array(oneOf(hostParts, 'What an agent reports'), { minItems: 1, maxItems: 3 });

export const platforms = ['linux', 'windows'] as const;
export type Platform = (typeof platforms)[number];
export const PlatformWord = oneOf(platforms, 'Whose shell its checks are written for');

const outcomes = ['right', 'wrong', 'not_looked_at', 'not_applicable'] as const satisfies readonly Outcome[];
export const OutcomeWord = oneOf(outcomes, 'not_looked_at: it could not be, which is never the same as right');

/** All that a server can tell an agent. */
export const Schedule = Type.Object({
  scanEveryMs: Type.Integer({ description: 'How long from one scan to the next' }),
  startMs: Type.Integer({ description: 'When in that time this host scans, so that not all do at once' }),
  with: HostParts,
});
export type Schedule = Static<typeof Schedule>;

export const EnrolBody = Type.Object(
  {
    hostId: HostId,
    hostname: Type.String({ minLength: 1, maxLength: 253 }),
    agentVersion: Text(64),
    with: HostParts,
    enrolmentKey: Type.String({
      pattern: '^[A-Za-z0-9_-]{43}$',
      description: '32 random bytes that the agent keeps before it asks: after a lost answer it asks again with them',
    }),
  },
  { additionalProperties: false },
);
export type EnrolBody = Static<typeof EnrolBody>;
export const EnrolReply = Type.Object({
  token: Type.String({ description: 'For the Authorization header of every later request: shown here alone' }),
  hostId: HostId,
  schedule: Schedule,
});
export type EnrolReply = Static<typeof EnrolReply>;
export const ScheduleReply = Type.Object({ schedule: Schedule });

const hostSystem = {
  hostname: Type.String({ minLength: 1, maxLength: 253 }),
  osName: Text(256),
  osId: Text(64),
  osVersion: Text(64),
  kernel: Text(128),
  architecture: Text(64),
  container: Text(64, 'Empty: none'),
  cloud: Text(64, 'Empty: none that it tells of'),
  init: Text(64),
  packages: Text(64),
  isRoot: Type.Boolean({ description: 'It was looked at as root, or as Administrator' }),
};
export const ReportedSystem = Type.Object({ platform: PlatformWord, ...hostSystem }, { additionalProperties: false });

const ReportedCheck = Type.Object(
  {
    id: CheckId,
    title: Type.String({ minLength: 1, maxLength: 512 }),
    severity: Severity,
    hash: Hash,
    outcome: OutcomeWord,
    why: Type.Union([Text(1000, 'Why it was not looked at, or does not apply'), Type.Null()]),
    tookMs: Type.Integer({ minimum: 0, maximum: 86_400_000 }),
  },
  { additionalProperties: false },
);

const MOST_ITEMS = 20_000;
const Read = <Item extends ReturnType<typeof Type.Object>>(item: Item) =>
  Type.Object(
    {
      items: Type.Array(item, { maxItems: MOST_ITEMS }),
      unread: Type.Union([Text(1000, 'Why it is not all'), Type.Null()]),
    },
    { additionalProperties: false },
  );
const Item = <Fields extends Parameters<typeof Type.Object>[0]>(fields: Fields) =>
  Type.Object(fields, { additionalProperties: false });

/** As facts/facts.ts has them. */
export const HostFacts = Type.Object(
  {
    system: Type.Object(
      {
        platform: PlatformWord,
        ...hostSystem,
        hostId: HostId,
        osFamily: Text(64),
        windows: Type.Optional(Item({ role: Text(64), isInDomain: Type.Boolean() })),
      },
      { additionalProperties: false },
    ),
    addresses: Read(
      Item({
        interface: Text(256),
        state: Text(64),
        mac: Text(64),
        address: Type.Union([Text(128), Type.Null()]),
        isPassing: Type.Boolean(),
      }),
    ),
    routes: Read(Item({ route: Text(1024) })),
    dns: Read(Item({ keyword: Text(256), value: Text(4096) })),
    hosts: Read(Item({ address: Text(256), names: Text(8192) })),
    listeners: Read(
      Item({
        protocol: Text(64),
        address: Text(256),
        port: Type.Integer({ minimum: 0, maximum: 65_535 }),
        user: Text(256),
        process: Text(1024),
        exe: Text(4096),
        pid: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
        isPassing: Type.Boolean(),
      }),
    ),
  },
  { additionalProperties: false },
);
export type HostFacts = Static<typeof HostFacts>;

const ToolRules = Type.Union([
  Type.Object(
    { state: Type.Literal('read'), text: Type.String({ maxLength: 16 * 2 ** 20 }) },
    { additionalProperties: false },
  ),
  Type.Object({ state: Type.Literal('unread'), why: Text(1000) }, { additionalProperties: false }),
]);
/** As firewall/rules.ts has them. */
const HostRules = Type.Object(
  { tools: Type.Record(Type.String(), ToolRules, { maxProperties: 8 }), isIptablesOverNft: Type.Boolean() },
  { additionalProperties: false },
);

const hashOf = 'Of what the agent holds two looks against each other by; the server says when it wants the state';

export const HostReport = Type.Object(
  {
    formatVersion: Type.Literal(1),
    reportId: Type.String({
      pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
      description: 'UUIDv7, made by the agent: sent again it changes nothing',
    }),
    hostId: HostId,
    agentVersion: Text(64),
    origin: oneOf(['agent', 'bundle'], 'bundle: carried here by hand'),
    startedTime: Time,
    tookMs: Type.Integer({ minimum: 0, maximum: 86_400_000 }),
    sentTime: Type.String({ format: 'date-time', description: 'By the clock of the host, when it was sent' }),
    system: ReportedSystem,
    selection: Type.Union([Type.Literal('all'), Type.Array(CheckId, { maxItems: 1000 })], {
      description: 'Which checks were to be made',
    }),
    checks: Type.Array(ReportedCheck, { maxItems: 1000 }),
    whole: Type.Array(CheckId, {
      maxItems: 1000,
      description: 'Checks that looked at all: what they did not see is gone',
    }),
    observations: Type.Array(ObservationRequest, { maxItems: 10_000 }),
    facts: Type.Optional(
      Type.Object(
        { hash: Text(128, hashOf), state: Type.Optional(HostFacts) },
        { additionalProperties: false, description: 'state: only when it is another than the last one taken' },
      ),
    ),
    firewall: Type.Optional(
      Type.Object({ hash: Text(128, hashOf), state: Type.Optional(HostRules) }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
);
export type HostReport = Static<typeof HostReport>;

export const ReportReply = Type.Object({
  reportId: Type.String(),
  schedule: Schedule,
  wants: Type.Array(oneOf(['facts', 'firewall'], 'What is to be sent whole with the next report')),
});
export type ReportReply = Static<typeof ReportReply>;
