/** What accounts/ says and hears over HTTP. Lengths here only keep nonsense out; the rules proper are in the use cases. */
import { type Static, Type } from '../base/http/schema.ts';

const time = { format: 'date-time' };
const text = (maxLength: number, description: string) => Type.String({ maxLength, description });

const email = text(1_024, 'E-mail address; compared without regard to case.');
/** Above the 256 characters of a password, so that a longer one gets its own answer. */
const password = text(2_048, 'Never logged, never kept.');
/** For acts that change or hand out keys. */
export const passwordAgain = text(2_048, 'The password again: a session alone does not do. Never logged, never kept.');
const sessionKind = Type.Optional(
  Type.Union([Type.Literal('bearer'), Type.Literal('cookie')], {
    description:
      'cookie: for browsers. The token is set as a cookie that no script reads (HttpOnly, SameSite=Strict), and the reply does not carry it. Default bearer.',
  }),
);
const device = Type.Optional(text(400, 'What this login is listed as, for example "laptop".'));

export const Done = Type.Null({ description: 'Done.' });

export const Role = Type.Union([Type.Literal('admin'), Type.Literal('member'), Type.Literal('guest')]);

const accountFields = {
  accountId: Type.String(),
  name: Type.String(),
  email: Type.String(),
  handle: Type.String(),
  role: Role,
  recipient: Type.String({ description: 'The age recipient of the account.' }),
  createdTime: Type.String(time),
};
export const Account = Type.Object(accountFields);
export type Account = Static<typeof Account>;

const sessionFields = {
  account: Account,
  sessionId: Type.String(),
  expiresTime: Type.String({ ...time, description: 'The latest end of the session; it ends sooner when not used.' }),
};

const loggedInFields = {
  ...sessionFields,
  token: Type.String({ description: 'Send it as "Authorization: Bearer". It exists nowhere else: keep it secret.' }),
  deviceToken: Type.String({ description: 'Opens nothing. Give it with the next login from this device.' }),
};

export const SignUpRequest = Type.Object(
  {
    name: text(1_024, 'What the others see; 1-100 characters.'),
    email,
    password,
    handle: Type.Optional(text(256, 'Unique; 1-32 of a-z 0-9 . _ -. Made from the name when left out.')),
    setupCode: Type.Optional(text(256, 'Needed for the first account of a workspace, which becomes its admin.')),
    organisationRecovery: Type.Optional(
      text(
        4_096,
        'Recipient (age1…) of a recovery key of the organisation. The first account may choose one for the workspace; everybody after that repeats the one that GET /accounts/sign-up shows.',
      ),
    ),
    invitation: Type.Optional(text(256, 'Needed where sign-up is not open; says which role. Good once.')),
    device,
    session: sessionKind,
  },
  { additionalProperties: false },
);
export type SignUpRequest = Static<typeof SignUpRequest>;

export const SignUpFacts = Type.Object({
  setupCodeNeeded: Type.Boolean({ description: 'The workspace has no account yet.' }),
  admission: Type.Union(
    [Type.Literal('setup_code'), Type.Literal('open'), Type.Literal('invitation'), Type.Literal('closed')],
    { description: 'What somebody who asks from here needs in order to sign up; open: nothing.' },
  ),
  organisationRecovery: Type.Union([Type.String(), Type.Null()], {
    description: 'Recipient of a key of the organisation that opens every account; null: there is none.',
  }),
});
export type SignUpFacts = Static<typeof SignUpFacts>;

const kitFields = {
  recoveryKey: Type.String({ description: 'An age identity. Shown once and kept nowhere: the only way back in.' }),
  recoveryKit: Type.String({ description: 'The recovery key as a text file that explains itself.' }),
};
export const SignUpReply = Type.Object({ ...loggedInFields, ...kitFields });
export type SignUpReply = Static<typeof SignUpReply>;
/** With `session: "cookie"`. */
export const BrowserSignUpReply = Type.Object({ ...sessionFields, ...kitFields });
export type BrowserSignUpReply = Static<typeof BrowserSignUpReply>;

/** For acts that change or hand out keys and need nothing else. */
export const PasswordAgain = Type.Object({ password: passwordAgain }, { additionalProperties: false });
export type PasswordAgain = Static<typeof PasswordAgain>;

export const LogInRequest = Type.Object(
  {
    email,
    password,
    device,
    deviceToken: Type.Optional(
      text(256, 'What an earlier login here answered; browsers keep it as a cookie. Strangers cannot lock it out.'),
    ),
    session: sessionKind,
  },
  { additionalProperties: false },
);
export type LogInRequest = Static<typeof LogInRequest>;
export const LogInReply = Type.Object(loggedInFields);
export type LogInReply = Static<typeof LogInReply>;
/** With `session: "cookie"`. */
export const BrowserLogInReply = Type.Object(sessionFields);
export type BrowserLogInReply = Static<typeof BrowserLogInReply>;

export const WhoAmIReply = Type.Object({
  ...accountFields,
  kitConfirmed: Type.Boolean({ description: 'Whether the person said that the recovery kit is kept.' }),
  kitUsedTime: Type.Union([Type.String(time), Type.Null()]),
  passwordChangedTime: Type.String(time),
  session: Type.Object({ sessionId: Type.String(), device: Type.String() }),
});
export type WhoAmIReply = Static<typeof WhoAmIReply>;

export const SessionsReply = Type.Object({
  sessions: Type.Array(
    Type.Object({
      sessionId: Type.String(),
      device: Type.String(),
      createdTime: Type.String(time),
      lastUsedTime: Type.String({ ...time, description: 'Exact to five minutes.' }),
      expiresTime: Type.String(time),
      current: Type.Boolean({ description: 'The session that asks.' }),
    }),
  ),
});
export type SessionsReply = Static<typeof SessionsReply>;

export const SessionParams = Type.Object({ sessionId: Type.String({ maxLength: 64 }) });

export const PasswordRequest = Type.Object(
  { currentPassword: password, newPassword: password },
  { additionalProperties: false },
);
export type PasswordRequest = Static<typeof PasswordRequest>;
export const PasswordReply = Type.Object({
  endedSessions: Type.Integer({ description: 'How many other sessions ended.' }),
});
export type PasswordReply = Static<typeof PasswordReply>;

export const RecoveryRequest = Type.Object(
  {
    email,
    recoveryKey: text(16_384, 'The AGE-SECRET-KEY line of the recovery kit, or the whole kit.'),
    newPassword: password,
    device,
    session: sessionKind,
  },
  { additionalProperties: false },
);
export type RecoveryRequest = Static<typeof RecoveryRequest>;

export const HandleQuery = Type.Object({ name: text(1_024, 'The name to make a handle from.') });
export const HandleReply = Type.Object({ handle: Type.String() });
export type HandleReply = Static<typeof HandleReply>;

export const FeedbackRequest = Type.Object(
  {
    password,
    hints: Type.Optional(
      Type.Array(text(1_024, 'What others know about the person: name, e-mail, handle.'), { maxItems: 8 }),
    ),
    setupCode: Type.Optional(text(256, 'Before there is an account: what admits the first one.')),
    invitation: Type.Optional(text(256, 'Where sign-up is not open: what admits the person.')),
  },
  { additionalProperties: false },
);
export type FeedbackRequest = Static<typeof FeedbackRequest>;
export const FeedbackReply = Type.Object({
  score: Type.Integer({ minimum: 0, maximum: 4, description: '0 is guessed at once, 4 withstands an attack.' }),
  acceptable: Type.Boolean(),
  warning: Type.Union([Type.String(), Type.Null()]),
  suggestions: Type.Array(Type.String()),
});
export type FeedbackReply = Static<typeof FeedbackReply>;
