import type { SettingEntry, Settings } from '../base/settings.ts';

export const chatSettings = {
  chatMessageBytes: {
    unit: 'bytes',
    default: 16 * 1024,
    min: 256,
    max: 16 * 1024,
    reason: 'A message of UTF-8; some eight pages. Whatever is longer is a file.',
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
  chatQueuedMessages: {
    unit: 'count',
    default: 10_000,
    min: 100,
    max: 1_000_000,
    reason: 'Messages that wait to be written, per room: about a second of the fastest disk; beyond that 503.',
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
