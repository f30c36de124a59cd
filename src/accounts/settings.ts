import type { SettingEntry, Settings } from '../base/settings.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const accountsSettings = {
  kmsTimeoutMs: {
    unit: 'ms',
    default: 10_000,
    min: 500,
    max: 120_000,
    reason:
      'Each of three tries to have the workspace key unwrapped by AWS KMS at a start; it answers within a tenth of a second.',
  },
  kdfMemoryBytes: {
    unit: 'bytes',
    default: 64 * 1024 * 1024,
    min: 19 * 1024 * 1024,
    max: 1024 * 1024 * 1024,
    reason:
      'Argon2id memory of one password check; 64 MiB with 3 passes takes about 0.2 s, OWASP asks for at least 19 MiB.',
  },
  kdfPasses: {
    unit: 'count',
    default: 3,
    min: 2,
    max: 20,
    reason: 'Argon2id passes over that memory; 3 with 64 MiB is the second recommended choice of RFC 9106.',
  },
  kdfWorkers: {
    unit: 'count',
    default: 2,
    min: 1,
    max: 16,
    reason: 'Password checks that run at once; each takes a core and its memory while it runs.',
  },
  kdfQueueLimit: {
    unit: 'count',
    default: 32,
    min: 1,
    max: 1_000,
    reason:
      'Password checks that may wait; more would wait longer than people do, so they are told to come back (503).',
  },
  kdfQueuePerPlace: {
    unit: 'count',
    default: 4,
    min: 1,
    max: 1_000,
    reason:
      'Password checks from one address (IPv6: one /64) or one account that may wait; a flood from there locks out nobody elsewhere.',
  },
  kdfIdleMs: {
    unit: 'ms',
    default: 30_000,
    min: 1_000,
    max: 3_600_000,
    reason: 'A password worker that had nothing to do for so long ends and gives its memory back.',
  },
  passwordMinScore: {
    unit: 'count',
    default: 2,
    min: 1,
    max: 4,
    reason:
      'zxcvbn score (0-4) below which a password is refused; 2 withstands a million guesses, and guesses need the server.',
  },
  loginFailureLimit: {
    unit: 'count',
    default: 20,
    min: 3,
    max: 1_000,
    reason:
      'Failed attempts on one account within the window before further ones have to wait (429); a known device has its own.',
  },
  loginFailuresPerPlace: {
    unit: 'count',
    default: 100,
    min: 3,
    max: 100_000,
    reason:
      'Failed attempts from one address (IPv6: one /64) on whatever accounts; an office behind one address mistypes less.',
  },
  loginFailureWindowMs: {
    unit: 'ms',
    default: 15 * MINUTE,
    min: MINUTE,
    max: DAY,
    reason: 'How long a failed attempt counts; a person who mistyped waits a quarter of an hour at most.',
  },
  inviteLifetimeMs: {
    unit: 'ms',
    default: 7 * DAY,
    min: MINUTE,
    max: 90 * DAY,
    reason: 'An invitation that was not used for so long is worth nothing; a week outlasts a holiday weekend.',
  },
  invitesPerAccount: {
    unit: 'count',
    default: 50,
    min: 1,
    max: 1_000,
    reason: 'Open invitations of one person at once; who brings in a whole team needs no more at a time.',
  },
  backupRetentionMs: {
    unit: 'ms',
    default: 35 * DAY,
    min: 0,
    max: 3_650 * DAY,
    reason:
      'How long backups of the records and of the stores are kept, as far as the server can know: who deletes an account is told when the last backup of its keys expires. Five weeks outlast monthly backups; set it to what yours are kept.',
  },
  resetGraceMs: {
    unit: 'ms',
    default: 30 * DAY,
    min: 0,
    max: 365 * DAY,
    reason: 'An account that was started anew waits so long for its old recovery key, then it is destroyed.',
  },
  errandPollMs: {
    unit: 'ms',
    default: 5 * MINUTE,
    min: 1_000,
    max: DAY,
    reason: 'Keys of an ended account that a store would not give up are tried again after this time.',
  },
  knownDeviceMs: {
    unit: 'ms',
    default: 400 * DAY,
    min: DAY,
    max: 3_650 * DAY,
    reason: 'How long a device that was logged in before keeps attempts of its own, which strangers cannot use up.',
  },
  sessionIdleMs: {
    unit: 'ms',
    default: 30 * DAY,
    min: 5 * MINUTE,
    max: 365 * DAY,
    reason: 'A login session that was not used for so long ends.',
  },
  sessionAbsoluteMs: {
    unit: 'ms',
    default: 180 * DAY,
    min: 5 * MINUTE,
    max: 730 * DAY,
    reason: 'A login session ends after this time however much it is used, so that a forgotten device loses access.',
  },
  sessionTouchMs: {
    unit: 'ms',
    default: 5 * MINUTE,
    min: 0,
    max: DAY,
    reason: 'The time of last use is written at most this often, so that reading files writes no records.',
  },
  sessionRecheckMs: {
    unit: 'ms',
    default: 20_000,
    min: 50,
    max: 60_000,
    reason:
      'What goes on for longer than one answer (transfers, live sockets) is held against its session this often; sessions that end on this server end it at once.',
  },
  appPasswordsPerAccount: {
    unit: 'count',
    default: 50,
    min: 1,
    max: 500,
    reason: 'App passwords of one person at once; one per program and device is usual.',
  },
  appPasswordIdleMs: {
    unit: 'ms',
    default: 400 * DAY,
    min: DAY,
    max: 3_650 * DAY,
    reason: 'An app password that was not used for so long ends; a yearly backup still finds its own.',
  },
  sessionsPerAccount: {
    unit: 'count',
    default: 100,
    min: 2,
    max: 1_000,
    reason: 'Login sessions of one person at once; a further login ends the oldest one.',
  },
} as const satisfies Record<string, SettingEntry>;

/** Who may sign up: see `admin settings`. */
export const signUpPolicies = ['open', 'invite', 'closed'] as const;
export type SignUpPolicy = (typeof signUpPolicies)[number];

export type AccountsSettings = Settings<typeof accountsSettings>;
