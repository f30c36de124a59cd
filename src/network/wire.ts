import { Type, type Static } from '../base/http/schema.ts';
import type { ProtocolLog, ProtocolRecord } from './records/log-records.ts';
import type { NoticeRecord } from './records/notice-record.ts';
import { protocolLogs, type StoredFlow, storySteps } from './store/flow-store.ts';

/**
 * What network/ says and hears over HTTP. Records are as Zeek writes them: `ts`, `first`, `last`, `from` and `to` in answers are
 * seconds since 1970, since they are held against records. What is asked for is RFC 3339 in UTC.
 */
export type { NoticeRecord, ProtocolLog, ProtocolRecord, StoredFlow };

const Time = Type.String({ format: 'date-time' });
const Seconds = Type.Number({ description: 'Seconds since 1970' });
const SecondsOrNull = Type.Union([Type.Number(), Type.Null()], { description: 'Seconds since 1970' });
const oneOf = <const Words extends readonly string[]>(words: Words, description: string) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], description });

const Flow = Type.Unsafe<StoredFlow>({
  type: 'object',
  additionalProperties: true,
  description:
    'The fields of Zeek’s conn.log, and “sensor”: who saw it. Out of a flow log of a VPC: those that it says, and “action”, “interface_id”, “tcp_flags”',
});
const LogRecord = Type.Unsafe<ProtocolRecord>({
  type: 'object',
  additionalProperties: true,
  description: 'The fields of Zeek’s log of that name, which stands in “log”',
});
const Notice = Type.Unsafe<NoticeRecord>({
  type: 'object',
  additionalProperties: true,
  description: 'The fields of Zeek’s notice.log, how bad it is, and its arithmetic',
});
const Next = Type.Union([Type.String(), Type.Null()], {
  description: 'Pass it as “cursor” to go on; null: that was all. A page may be short and yet have one',
});

const range = {
  from: Type.Optional(
    Type.String({ format: 'date-time', description: 'What began then or later; else a day before “to”' }),
  ),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'What began before; else now' })),
  sensor: Type.Optional(
    Type.String({ maxLength: 128, description: 'What this one saw: local, a host’s id, upload:NAME' }),
  ),
};
const paging = {
  cursor: Type.Optional(Type.String({ maxLength: 512 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
};
const Address = Type.String({ maxLength: 64, description: 'IPv4 or IPv6' });

export const NetworkRange = Type.Object(range);
export type NetworkRange = Static<typeof NetworkRange>;

export const FlowsQuery = Type.Object({
  ...range,
  ...paging,
  address: Type.Optional(Address),
  peer: Type.Optional(Address),
  port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535, description: 'Of either end' })),
  proto: Type.Optional(oneOf(['tcp', 'udp', 'icmp', 'unknown_transport'], 'Transport')),
  service: Type.Optional(Type.String({ maxLength: 64, description: 'dns, http, ssl, ssh, mysql…' })),
  state: Type.Optional(Type.String({ maxLength: 8, description: 'S0, SF, REJ…' })),
  text: Type.Optional(Type.String({ maxLength: 256, description: 'Part of any text of a record' })),
});
export type FlowsQuery = Static<typeof FlowsQuery>;
export const FlowsReply = Type.Object({ flows: Type.Array(Flow, { description: 'Newest first' }), next: Next });
export type FlowsReply = Static<typeof FlowsReply>;

export const FlowParams = Type.Object({ uid: Type.String({ maxLength: 64 }) });
export const FlowReply = Type.Object({
  conn: Flow,
  logs: Type.Array(LogRecord, { description: 'In the order they happened, at most 1000' }),
  notices: Type.Array(Notice),
});
export type FlowReply = Static<typeof FlowReply>;

export const LogsParams = Type.Object({ kind: oneOf(protocolLogs, 'Which log') });
export const LogsReply = Type.Object({ records: Type.Array(LogRecord, { description: 'Newest first' }), next: Next });
export type LogsReply = Static<typeof LogsReply>;

const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export const AlertsQuery = Type.Object({
  ...range,
  ...paging,
  note: Type.Optional(Type.String({ maxLength: 128, description: 'Scan::Port_Scan' })),
  severity: Type.Optional(oneOf(severities, 'How bad')),
  address: Type.Optional(Address),
  text: Type.Optional(Type.String({ maxLength: 256 })),
});
export type AlertsQuery = Static<typeof AlertsQuery>;
export const AlertsReply = Type.Object({
  alerts: Type.Array(Notice, { description: 'The last raised first; one of each key' }),
  next: Next,
});
export type AlertsReply = Static<typeof AlertsReply>;

export const Talker = Type.Object({
  name: Type.String({ description: 'An address, 443/tcp, or http; - where the service is not known' }),
  flows: Type.Integer(),
  packets: Type.Number(),
  bytes: Type.Number({ description: 'Of IP, both directions' }),
});
export type Talker = Static<typeof Talker>;
export const TalkersQuery = Type.Object({
  ...range,
  by: Type.Optional(
    Type.Unsafe<'address' | 'port' | 'service'>({ type: 'string', enum: ['address', 'port', 'service'] }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
});
export type TalkersQuery = Static<typeof TalkersQuery>;
export const TalkersReply = Type.Object({ talkers: Type.Array(Talker, { description: 'Most bytes first' }) });
export type TalkersReply = Static<typeof TalkersReply>;

export const TimelinePoint = Type.Object({
  ts: Type.Number({ description: 'Where it begins, in seconds since 1970' }),
  flows: Type.Integer(),
  packets: Type.Number(),
  bytes: Type.Number(),
  notices: Type.Integer(),
});
export type TimelinePoint = Static<typeof TimelinePoint>;
export const TimelineQuery = Type.Object({
  ...range,
  points: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 120 })),
});
export type TimelineQuery = Static<typeof TimelineQuery>;
export const TimelineReply = Type.Object({ timeline: Type.Array(TimelinePoint) });
export type TimelineReply = Static<typeof TimelineReply>;

export const SensorView = Type.Object({
  sensor: Type.String({ description: 'local, a host’s id, or upload:NAME' }),
  from: Seconds,
  to: Seconds,
  packets: Type.Number({ description: 'That were looked at' }),
  dropped: Type.Number({ description: 'That the capture lost: figures are too small by them' }),
  leftOut: Type.Record(Type.String(), Type.Number(), {
    description: 'No flow was made of these packets, by the reason',
  }),
});
export type SensorView = Static<typeof SensorView>;

export const NetworkUsage = Type.Object({
  flows: Type.Integer(),
  bytes: Type.Number({ description: 'On the disk' }),
  oldest: SecondsOrNull,
  newest: SecondsOrNull,
  mostBytes: Type.Number({ description: 'Beyond it the oldest goes; of documents in MongoDB, before it packs them' }),
  keptMs: Type.Integer({ description: 'What was stored longer ago goes' }),
});
export type NetworkUsage = Static<typeof NetworkUsage>;

export const NetworkOverview = Type.Object({
  fromTime: Time,
  toTime: Time,
  timeline: Type.Array(TimelinePoint, { description: '120 points' }),
  talkers: Type.Array(Talker, { description: 'Addresses, at most 10' }),
  ports: Type.Array(Talker, { description: 'At most 10' }),
  services: Type.Array(Talker, { description: 'At most 10' }),
  alerts: Type.Object(
    {
      critical: Type.Integer(),
      high: Type.Integer(),
      medium: Type.Integer(),
      low: Type.Integer(),
      info: Type.Integer(),
    },
    { description: 'Of the range, each key once' },
  ),
  sensors: Type.Array(SensorView),
  usage: NetworkUsage,
  uploadBytes: Type.Integer({ description: 'How large a capture may be that is uploaded' }),
});
export type NetworkOverview = Static<typeof NetworkOverview>;

export const SourceParams = Type.Object({ address: Address });
export const SourceReply = Type.Object({
  address: Type.String(),
  firstSeen: SecondsOrNull,
  lastSeen: SecondsOrNull,
  isReturning: Type.Boolean({ description: 'It was here before the range, and then not for a day or more' }),
  flows: Type.Integer(),
  begun: Type.Integer({ description: 'Flows that it began' }),
  failed: Type.Integer({ description: 'Of these, how many had no answer or a refusal' }),
  bytesSent: Type.Number(),
  bytesReceived: Type.Number(),
  peers: Type.Array(Talker, { description: 'At most 20' }),
  ports: Type.Array(Talker, { description: 'At most 20' }),
  logins: Type.Array(
    Type.Object({
      service: oneOf(protocolLogs, 'The log it comes from'),
      address: Type.String(),
      port: Type.Integer(),
      user: Type.Union([Type.String(), Type.Null()]),
      success: Type.Union([Type.Boolean(), Type.Null()], { description: 'null: nobody can tell' }),
      cleartext: Type.Boolean({ description: 'A secret crossed the wire readable' }),
      count: Type.Integer(),
      first: Seconds,
      last: Seconds,
      uid: Type.String({ description: 'The flow of the last' }),
    }),
    { description: 'Logins it tried, folded where nothing differs but the time; at most 200' },
  ),
  notices: Type.Array(Notice),
  story: Type.Array(
    Type.Object({
      step: oneOf(storySteps, 'What it did'),
      from: Seconds,
      to: Seconds,
      count: Type.Number({ description: 'Ports and hosts that refused, failed logins, logins that worked, bytes' }),
      uids: Type.Array(Type.String(), { description: 'At most 20 flows' }),
    }),
    { description: 'In the order they happened' },
  ),
  isWhole: Type.Boolean({
    description: 'False: there was more than could be looked at, and the figures are of the newest',
  }),
});
export type SourceReply = Static<typeof SourceReply>;

export const CaptureQuery = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Its sensor is upload:NAME' })),
});
export const CaptureReply = Type.Object({
  sensor: Type.String(),
  packets: Type.Number(),
  flows: Type.Integer(),
  records: Type.Integer({ description: 'Of protocols' }),
  notices: Type.Integer(),
  known: Type.Integer({
    description: 'Flows among them that were stored already: the same capture was read before',
  }),
  fromTime: Type.Union([Time, Type.Null()]),
  toTime: Type.Union([Time, Type.Null()]),
  leftOut: Type.Record(Type.String(), Type.Number(), {
    description: 'Packets of which no flow was made; of a flow log lines, by the reasons logLost and noFlow',
  }),
  problem: Type.Union([Type.Object({ code: Type.String(), detail: Type.String() }), Type.Null()], {
    description: 'It ended badly; what came before is stored. null: it was read to its end',
  }),
});
export type CaptureReply = Static<typeof CaptureReply>;

/** Held against what records are where it is stored: a schema for each log would be read for each record. */
const Records = (description: string) =>
  Type.Array(Type.Unsafe<never>({ type: 'object', additionalProperties: true }), { maxItems: 10_000, description });
export const BatchBody = Type.Object(
  {
    id: Type.String({ maxLength: 64, description: 'UUIDv7: a batch that comes again changes nothing' }),
    sensor: Type.String({ maxLength: 128, description: 'The id of the host itself' }),
    conn: Records('Flows, with the names of Zeek’s conn.log'),
    logs: Records('What was said in them'),
    notices: Records('What is wrong about them'),
    coverage: Type.Object(
      {
        from: Seconds,
        to: Seconds,
        packets: Type.Number(),
        dropped: Type.Number(),
        leftOut: Type.Record(Type.String(), Type.Number()),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export const BatchReply = Type.Object({
  id: Type.String({ description: 'It is stored' }),
  clockOffsetMs: Type.Optional(
    Type.Integer({
      description:
        'So much is the clock of the host ahead (below 0: behind), and its times were moved by it; not there: they were left as they are',
    }),
  ),
});
export type BatchReply = Static<typeof BatchReply>;
