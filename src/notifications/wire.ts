import { Type, type Static } from '../base/http/schema.ts';
import { severities, timings } from './kind.ts';

/** What notifications/ says and hears over HTTP. Times are RFC 3339 in UTC. */

const Id = Type.String({ maxLength: 64, description: 'UUIDv7' });
const Time = Type.String({ format: 'date-time' });
const oneOf = <const Words extends readonly string[]>(words: Words, description: string) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], description });

const Severity = oneOf(severities, 'info, warning or critical');

export const NoticesQuery = Type.Object({
  after: Type.Optional(Type.String({ maxLength: 64, description: '`next` of the page before.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  unread: Type.Optional(Type.Boolean({ description: 'Only what is not read yet.' })),
});

export const NoticeView = Type.Object({
  noticeId: Id,
  kind: Type.Union([Type.String(), Type.Null()], {
    description: 'login_new, …; null: the present key of the account does not open it.',
  }),
  severity: Severity,
  title: Type.String({ description: 'One line, without names.' }),
  details: Type.Array(Type.String(), { description: 'What exactly; at most the last five.' }),
  advice: Type.String({ description: 'What to do now.' }),
  link: Type.Union([Type.String(), Type.Null()], { description: 'Where in the web app: a path.' }),
  count: Type.Integer({ description: 'How often it happened.' }),
  firstTime: Time,
  lastTime: Time,
  readTime: Type.Union([Time, Type.Null()]),
});
export type NoticeView = Static<typeof NoticeView>;

export const NoticesReply = Type.Object({
  notices: Type.Array(NoticeView),
  unread: Type.Integer({ description: 'Of the whole feed; 1000 stands for 1000 and more.' }),
  next: Type.Optional(Type.String()),
});
export type NoticesReply = Static<typeof NoticesReply>;

export const MarkRequest = Type.Object(
  {
    noticeIds: Type.Union([Type.Array(Id, { minItems: 1, maxItems: 100 }), Type.Null()], {
      description: 'Which; null: all.',
    }),
    read: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type MarkRequest = Static<typeof MarkRequest>;

export const MarkReply = Type.Object({ changed: Type.Integer() });
export type MarkReply = Static<typeof MarkReply>;

const Text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });
const Timing = oneOf(timings, 'immediate, hourly, daily or off');
const TimeOfDay = Type.String({ pattern: '^[0-2][0-9]:[0-5][0-9]$', description: 'HH:MM' });

export const PreferencesReply = Type.Object({
  kinds: Type.Array(
    Type.Object({
      kind: Type.String(),
      title: Type.String(),
      severity: Severity,
      security: Type.Boolean({ description: 'Always in the feed.' }),
      usual: oneOf(['immediate', 'hourly', 'daily'], 'When it leaves where there is no rule; critical ones at once.'),
    }),
  ),
  channels: Type.Array(
    Type.Object({
      channelId: Id,
      name: Type.String(),
      kind: Type.String(),
      address: Type.Union([Type.String(), Type.Null()], { description: 'Mine on it; null: none.' }),
      confirmed: Type.Boolean({ description: 'Its owner opened the link; before that nothing else goes there.' }),
    }),
    { description: 'Those on which everybody may have an address of their own.' },
  ),
  rules: Type.Array(
    Type.Object({
      kind: Type.String({ description: 'A kind, or * for all.' }),
      channel: Type.String({ description: 'Id of a channel, * for all of them, or feed.' }),
      timing: Timing,
    }),
  ),
  hours: Type.Object({
    timeZone: Type.String(),
    quiet: Type.Union([Type.Object({ from: TimeOfDay, to: TimeOfDay }), Type.Null()]),
    digestAt: TimeOfDay,
  }),
});
export type PreferencesReply = Static<typeof PreferencesReply>;

export const RuleRequest = Type.Object(
  {
    kind: Text(40, 'A kind, or * for all.'),
    channel: Text(64, 'Id of a channel, * for all of them, or feed.'),
    timing: Type.Union([Timing, Type.Null()], { description: 'null: as usual again.' }),
  },
  { additionalProperties: false },
);
export type RuleRequest = Static<typeof RuleRequest>;

export const HoursRequest = Type.Object(
  {
    timeZone: Text(64, 'IANA name: Europe/Berlin.'),
    quiet: Type.Union([
      Type.Object({ from: TimeOfDay, to: TimeOfDay }, { additionalProperties: false }),
      Type.Null({ description: 'None.' }),
    ]),
    digestAt: TimeOfDay,
  },
  { additionalProperties: false },
);
export type HoursRequest = Static<typeof HoursRequest>;

export const AddressRequest = Type.Object(
  { channelId: Id, destination: Text(320, 'As the channel takes it: an e-mail address, a phone number.') },
  { additionalProperties: false },
);
export type AddressRequest = Static<typeof AddressRequest>;

export const ChannelParams = Type.Object({ channelId: Id });

export const ConfirmRequest = Type.Object(
  { token: Text(64, 'What stood behind the # of the link.') },
  { additionalProperties: false },
);
export type ConfirmRequest = Static<typeof ConfirmRequest>;

export const ChannelView = Type.Object({
  channelId: Id,
  name: Type.String(),
  kind: Type.String(),
  personal: Type.Boolean({ description: 'Everybody has an address of their own on it.' }),
  config: Type.Record(Type.String(), Type.Unsafe<unknown>({}), { description: 'Without what is secret.' }),
  destination: Type.String(),
  kinds: Type.Union([Type.Array(Type.String()), Type.Null()], { description: 'null: all that admins hear.' }),
  madeTime: Time,
  lastDeliveredTime: Type.Union([Time, Type.Null()]),
  failingSinceTime: Type.Union([Time, Type.Null()], { description: 'null: the last delivery did not fail.' }),
  lastCode: Type.Union([Type.String(), Type.Null()]),
  deadLetters: Type.Integer({ description: 'Letters that were given up.' }),
});
export type ChannelView = Static<typeof ChannelView>;

export const ChannelsReply = Type.Object({
  channels: Type.Array(ChannelView),
  available: Type.Array(Type.String(), { description: 'Kinds that can be added.' }),
});
export type ChannelsReply = Static<typeof ChannelsReply>;

/** The configuration has the shape of its kind: each kind is a route of its own. */
export const channelRequest = (config: object) =>
  Type.Object(
    {
      name: Text(64, 'What people call it.'),
      config: Type.Unsafe<{ readonly [field: string]: never }>(config),
      destination: Type.Optional(Type.String({ maxLength: 2048 })),
      kinds: Type.Optional(Type.Array(Text(40, 'A kind'), { minItems: 1, maxItems: 100 })),
    },
    { additionalProperties: false },
  );

/** What is left out stays as it is. */
export const channelChange = (config: object, secretFields: readonly string[]) =>
  Type.Object(
    {
      name: Type.Optional(Text(64, 'What people call it.')),
      config: Type.Optional(Type.Unsafe<{ readonly [field: string]: never }>(keptSecrets(config, secretFields))),
      destination: Type.Optional(Type.String({ maxLength: 2048 })),
      kinds: Type.Optional(
        Type.Union([Type.Array(Text(40, 'A kind'), { minItems: 1, maxItems: 100 }), Type.Null()], {
          description: 'null: all that admins hear.',
        }),
      ),
    },
    { additionalProperties: false },
  );

/** The same shape, where a secret may be missing, or `null`. */
function keptSecrets(config: object, secretFields: readonly string[]): object {
  const { properties = {}, required = [] } = config as {
    readonly properties?: Readonly<Record<string, object>>;
    readonly required?: readonly string[];
  };
  const orNull = Object.entries(properties).map(([name, field]) => [
    name,
    secretFields.includes(name) ? { anyOf: [field, { type: 'null' }], writeOnly: true } : field,
  ]);
  return {
    ...config,
    properties: Object.fromEntries(orNull) as object,
    required: required.filter((name) => !secretFields.includes(name)),
  };
}

export const TestReply = Type.Object({
  sent: Type.Boolean({ description: 'false: it was reached, and there is no confirmed address of yours to send to.' }),
});
export type TestReply = Static<typeof TestReply>;

export const DeadLettersReply = Type.Object({
  letters: Type.Array(
    Type.Object({
      letterId: Id,
      channelId: Id,
      kind: Type.String(),
      count: Type.Integer(),
      attempts: Type.Integer(),
      code: Type.String(),
      detail: Type.String(),
      time: Time,
    }),
  ),
});
export type DeadLettersReply = Static<typeof DeadLettersReply>;

export const LetterParams = Type.Object({ letterId: Id });

export const Done = Type.Null();

export const PushReply = Type.Object({
  publicKey: Type.String({ description: 'applicationServerKey of `PushManager.subscribe`, in base64url.' }),
  subscriptions: Type.Array(
    Type.Object({
      subscriptionId: Id,
      device: Type.String(),
      present: Type.Boolean({ description: 'It was added with the login that asks.' }),
      madeTime: Time,
    }),
  ),
});
export type PushReply = Static<typeof PushReply>;

export const PushRequest = Type.Object({
  endpoint: Type.String({ minLength: 1, maxLength: 2048, description: 'https://… of the push service.' }),
  device: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'What you call the browser.' })),
});
export type PushRequest = Static<typeof PushRequest>;
export const PushAdded = Type.Object({ subscriptionId: Id });
export type PushAdded = Static<typeof PushAdded>;
export const PushParams = Type.Object({ subscriptionId: Id });
