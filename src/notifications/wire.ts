import { Type, type Static } from '../base/http/schema.ts';
import { severities } from './kind.ts';

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
