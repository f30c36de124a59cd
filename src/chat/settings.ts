import type { SettingEntry, Settings } from '../base/settings.ts';

export const chatSettings = {
  chatMessageBytes: {
    unit: 'bytes',
    default: 16 * 1024,
    min: 256,
    max: 16 * 1024,
    reason: 'A message of UTF-8; some eight pages. Whatever is longer is a file.',
  },
  chatAttachments: {
    unit: 'count',
    default: 10,
    min: 0,
    max: 10,
    reason: 'Files of one message; each takes seven of the hundred records that are written together.',
  },
  chatEdits: {
    unit: 'count',
    default: 30,
    min: 0,
    max: 50,
    reason: 'How often a message may be edited; every text that it had is kept, and goes with it when it is removed.',
  },
  chatRooms: {
    unit: 'count',
    default: 2000,
    min: 1,
    max: 10_000,
    reason: 'Rooms of a workspace, archived ones included; a list of all of them is opened when somebody asks for it.',
  },
  chatMembers: {
    unit: 'count',
    default: 500,
    min: 2,
    max: 5000,
    reason: 'Members of one room, each a record; a public room is open to people who are no members as well.',
  },
  chatConversationMembers: {
    unit: 'count',
    default: 9,
    min: 2,
    max: 30,
    reason: 'People in one conversation, each of whom has its key wrapped; for more there are private rooms.',
  },
  chatMessagesPerMinute: {
    unit: 'count',
    default: 1200,
    min: 1,
    max: 100_000_000,
    reason:
      'Messages, edits, reactions and pins of one person in one room at once, and again spread over each minute, on each server: more than anybody types, and what a script sends in passing.',
  },
  chatBots: {
    unit: 'count',
    default: 200,
    min: 0,
    max: 1000,
    reason: 'Bots of the workspace; all of them are looked through when those of a room are shown.',
  },
  chatHooks: {
    unit: 'count',
    default: 50,
    min: 0,
    max: 500,
    reason: 'Addresses by which programs say something in one room; each is a secret that somebody must look after.',
  },
  chatHookMessagesPerMinute: {
    unit: 'count',
    default: 60,
    min: 1,
    max: 100_000,
    reason: 'Messages that come in by one webhook: what sends more has run wild.',
  },
  chatAlertFoldMs: {
    unit: 'ms',
    default: 24 * 3_600_000,
    min: 60_000,
    max: 30 * 24 * 3_600_000,
    reason:
      'The same notice again counts up the message that is there for so long after the last one, unless somebody acted on it or something is new or worse; then it is a new message.',
  },
  chatOutgoingHooks: {
    unit: 'count',
    default: 5,
    min: 0,
    max: 20,
    reason:
      'Programs elsewhere that are told what is said in one room; each is a record with every message that it is told.',
  },
  chatOutgoingEveryMs: {
    unit: 'ms',
    default: 5000,
    min: 100,
    max: 5 * 60_000,
    reason:
      'How often a server looks for what is to be told again, or was left by another one; what is said just now is told at once.',
  },
  chatOutgoingRetryMs: {
    unit: 'ms',
    default: 10_000,
    min: 100,
    max: 3_600_000,
    reason: 'The first pause before a program is told again; it doubles up to an hour.',
  },
  chatOutgoingAttempts: {
    unit: 'count',
    default: 8,
    min: 1,
    max: 50,
    reason: 'Attempts over about half an hour; what was said before that is no news to a program.',
  },
  chatOutgoingFailures: {
    unit: 'count',
    default: 10,
    min: 1,
    max: 1000,
    reason: 'Messages in a row that were given up, after which a program is told no more until somebody says so.',
  },
  chatRestrictions: {
    unit: 'count',
    default: 200,
    min: 1,
    max: 500,
    reason: 'People who are muted or banned in one room at a time; they lie in the row of the room.',
  },
  chatFilterWords: {
    unit: 'count',
    default: 300,
    min: 0,
    max: 500,
    reason: 'Words of its own that a room looks for, and as many that are fine; they lie in the row of the room.',
  },
  chatReportsPerHour: {
    unit: 'count',
    default: 20,
    min: 1,
    max: 1000,
    reason: 'Messages that one person may report in an hour: more is a flood for those who read them.',
  },
  chatReportKeptMs: {
    unit: 'ms',
    default: 180 * 24 * 3_600_000,
    min: 24 * 3_600_000,
    max: 3650 * 24 * 3_600_000,
    reason: 'A report holds a copy of what was said: it goes after half a year, whatever became of it.',
  },
  chatKeyKeptMs: {
    unit: 'ms',
    default: 15 * 60_000,
    min: 1000,
    max: 24 * 3_600_000,
    reason: 'How long the key of a conversation stays in memory after its last use; then it takes a member to open it.',
  },
  chatQueuedMessages: {
    unit: 'count',
    default: 10_000,
    min: 100,
    max: 1_000_000,
    reason: 'Messages that wait to be written, per room: about a second of the fastest disk; beyond that 503.',
  },
  chatSubscriptions: {
    unit: 'count',
    default: 500,
    min: 1,
    max: 10_000,
    reason: 'Rooms that one live connection listens to; every one is looked at again with the session.',
  },
  chatResumeEvents: {
    unit: 'count',
    default: 300,
    min: 0,
    max: 1000,
    reason:
      'A client that was away gets everything up to so many events; beyond that the last page, and is told of the gap.',
  },
  chatSocketBytes: {
    unit: 'bytes',
    default: 1024 * 1024,
    min: 64 * 1024,
    max: 64 * 1024 * 1024,
    reason: 'What waits for one slow client; beyond that it is disconnected, connects again and goes on where it was.',
  },
  chatEverybodyNotices: {
    unit: 'count',
    default: 100,
    min: 0,
    max: 480,
    reason:
      'Members of a room whom @room sends a notice; in larger ones it is counted as a mention and wakes nobody, as are the words that people watch for. A notice has at most 500 readers, 20 of whom a message names.',
  },
  chatTypingMs: {
    unit: 'ms',
    default: 1000,
    min: 100,
    max: 60_000,
    reason:
      'How often a client is told who writes, and may tell it; it is gathered in between, and dropped first when there is much.',
  },
  chatPresenceMs: {
    unit: 'ms',
    default: 2000,
    min: 20,
    max: 5 * 60_000,
    reason:
      'How often clients are told who came, went or is away; whoever connects again in between was never gone for the others.',
  },
  chatRetentionSweepMs: {
    unit: 'ms',
    default: 6 * 3_600_000,
    min: 1000,
    max: 24 * 3_600_000,
    reason: 'How often is looked for messages that their room keeps no longer; they are gone so much later at most.',
  },
  chatRetentionLeaseMs: {
    unit: 'ms',
    default: 30_000,
    min: 1000,
    max: 600_000,
    reason: 'Another server takes over removing old messages when the one that was at it is silent for longer.',
  },
  chatPositionCheckMs: {
    unit: 'ms',
    default: 5000,
    min: 100,
    max: 5 * 60_000,
    reason:
      'How often a server looks whether a room that somebody listens to has messages it was not told of, one small read each.',
  },
} as const satisfies Record<string, SettingEntry>;

export type ChatSettings = Settings<typeof chatSettings>;
