/** What a line that begins with a slash does, the same wherever it was typed. */
import type { Caller, Person } from '../chat-deps.ts';
import type { Chat } from '../chat.ts';
import { chatErrors } from '../errors.ts';
import type { RoomEvent } from '../messages/content.ts';
import { folded } from '../people/preferences.ts';

export interface Answer {
  /** Lines for whoever typed it alone. */
  readonly lines?: readonly string[];
  /** What was said by it. */
  readonly message?: RoomEvent;
  /** Where to go on. */
  readonly roomId?: string;
}

export interface SlashCommand {
  readonly name: string;
  /** What stands behind the name. */
  readonly usage: string;
  readonly about: string;
  run(typed: Typed): Promise<Answer>;
}

interface Typed {
  readonly chat: Chat;
  readonly caller: Caller;
  readonly roomId: string;
  readonly rest: string;
}

const USAGE_PATTERN = /^\/([a-z]+)(?:\s+([\s\S]*))?$/;
const MOST_LINES = 200;

export const slashCommands: readonly SlashCommand[] = [
  {
    ...{ name: 'me', usage: 'TEXT', about: 'Say what you do' },
    async run({ chat, caller, roomId, rest }) {
      const text = wanted(rest, '/me TEXT');
      return { message: await chat.send(caller, roomId, { text: `_${text}_` }) };
    },
  },
  {
    ...{ name: 'msg', usage: '@NAME TEXT', about: 'Say something to somebody alone' },
    async run({ chat, caller, rest }) {
      const { handle, behind } = named(rest, '/msg @NAME TEXT');
      const text = wanted(behind, '/msg @NAME TEXT');
      const { roomId } = (await chat.startConversation(caller, [handle])).room;
      return { message: await chat.send(caller, roomId, { text }), roomId };
    },
  },
  {
    ...{ name: 'topic', usage: '[TEXT]', about: 'Give the room another topic, or show it' },
    async run({ chat, caller, roomId, rest }) {
      if (rest !== '') await chat.changeRoom(caller, roomId, { topic: rest });
      return { lines: [(await chat.room(caller, roomId)).room.topic || 'There is no topic'] };
    },
  },
  {
    ...{ name: 'join', usage: '#ROOM', about: 'Join a room' },
    async run({ chat, caller, rest }) {
      const name = wanted(rest, '/join #ROOM').replace(/^#/, '').normalize('NFC').toLowerCase();
      const found = (await chat.rooms(caller)).find(({ room }) => room.name.normalize('NFC').toLowerCase() === name);
      if (!found) throw chatErrors('chat_room_not_found', { attempted: 'Join a room' });
      const { roomId } = found.room;
      if (!found.isMember) await chat.setMember(caller, roomId, caller.handle);
      return { roomId };
    },
  },
  {
    ...{ name: 'leave', usage: '', about: 'Leave the room' },
    async run({ chat, caller, roomId }) {
      await chat.removeMember(caller, roomId, caller.accountId);
      return { lines: ['You left the room'] };
    },
  },
  {
    ...{ name: 'invite', usage: '@NAME', about: 'Add somebody to the room' },
    async run({ chat, caller, roomId, rest }) {
      const { handle } = named(rest, '/invite @NAME');
      await chat.setMember(caller, roomId, handle);
      return { lines: [`@${handle} is a member`] };
    },
  },
  {
    ...{ name: 'kick', usage: '@NAME REASON', about: 'Take somebody out of the room' },
    async run({ chat, caller, roomId, rest }) {
      const { handle, behind } = named(rest, '/kick @NAME REASON');
      await chat.moderation.kick(caller, roomId, { handle, reason: wanted(behind, '/kick @NAME REASON') });
      return { lines: [`@${handle} was taken out of the room`] };
    },
  },
  {
    ...{ name: 'mute', usage: '', about: 'Be told nothing of this room' },
    async run({ chat, caller, roomId }) {
      await chat.setLevel(caller, roomId, 'none');
      return { lines: ['You are told nothing of this room; /unmute takes it back'] };
    },
  },
  {
    ...{ name: 'unmute', usage: '', about: 'Be told of this room again' },
    async run({ chat, caller, roomId }) {
      await chat.setLevel(caller, roomId, 'all');
      return { lines: ['You are told of this room'] };
    },
  },
  {
    ...{ name: 'away', usage: '', about: 'Be away, on all of your devices' },
    async run({ chat, caller }) {
      chat.setAway(caller.accountId, true);
      return { lines: ['You are away; /back takes it back'] };
    },
  },
  {
    ...{ name: 'back', usage: '', about: 'Be here again' },
    async run({ chat, caller }) {
      chat.setAway(caller.accountId, false);
      return { lines: ['You are here'] };
    },
  },
  {
    ...{ name: 'ignore', usage: '[@NAME]', about: 'Leave out what somebody says, everywhere; or whom you ignore' },
    async run({ chat, caller, rest }) {
      if (rest === '') return { lines: await ignoredLines(chat, caller) };
      const person = found(await chat.personKnownTo(caller, named(rest, '/ignore @NAME').handle));
      if (person.accountId === caller.accountId) throw usage('the name of somebody else');
      await chat.changePreferences(caller, (now) => ({ ...now, ignored: [...now.ignored, person.accountId] }));
      return { lines: [`You ignore @${person.handle}; /unignore @${person.handle} takes it back`] };
    },
  },
  {
    ...{ name: 'unignore', usage: '@NAME', about: 'See again what somebody says' },
    async run({ chat, caller, rest }) {
      const called = named(rest, '/unignore @NAME').handle;
      const whom = await chat.personOfHandle(called);
      const { ignored } = await chat.preferences(caller);
      // Whom somebody ignores may have left their rooms since.
      const isIgnored = whom !== null && ignored.includes(whom.accountId);
      const { accountId, handle } = found(isIgnored ? whom : await chat.personKnownTo(caller, called));
      await chat.changePreferences(caller, (now) => ({
        ...now,
        ignored: now.ignored.filter((each) => each !== accountId),
      }));
      return { lines: [`You see what @${handle} says`] };
    },
  },
  {
    ...{ name: 'watch', usage: '[WORD]', about: 'Be told of a word as of your name; or the words that you watch for' },
    async run({ chat, caller, rest }) {
      if (rest !== '') await chat.changePreferences(caller, (now) => ({ ...now, keywords: [...now.keywords, rest] }));
      const { keywords } = await chat.preferences(caller);
      if (keywords.length === 0) return { lines: ['You watch for no word; /watch WORD adds one'] };
      return { lines: [`You watch for ${keywords.join(', ')}; /unwatch WORD takes one off`] };
    },
  },
  {
    ...{ name: 'unwatch', usage: 'WORD', about: 'Do not watch for a word any more' },
    async run({ chat, caller, rest }) {
      const word = folded(wanted(rest, '/unwatch WORD'));
      if (!(await chat.preferences(caller)).keywords.includes(word)) return { lines: [`You do not watch for ${word}`] };
      await chat.changePreferences(caller, (now) => ({
        ...now,
        keywords: now.keywords.filter((each) => each !== word),
      }));
      return { lines: [`You do not watch for ${word} any more`] };
    },
  },
  {
    ...{ name: 'keep', usage: 'DAYS | all', about: 'Remove what is older than so many days, as an owner' },
    async run({ chat, caller, roomId, rest }) {
      const days = /^[1-9][0-9]{0,4}$/.test(rest) ? Number(rest) : rest === 'all' ? null : undefined;
      if (days === undefined) throw usage('/keep DAYS, or /keep all');
      await chat.changeRoom(caller, roomId, { retentionDays: days });
      return { lines: [days === null ? 'Everything is kept' : `Messages are kept for ${days} days`] };
    },
  },
  {
    ...{ name: 'rooms', usage: '', about: 'The rooms that you may enter' },
    async run({ chat, caller }) {
      const rooms = (await chat.rooms(caller)).filter(({ room }) => room.kind !== 'direct' && !room.archived);
      return { lines: rooms.map(({ room, reading }) => `#${room.name} (${reading.unread.messages} unread)`) };
    },
  },
  {
    ...{ name: 'members', usage: '', about: 'Who was added to the room or joined it' },
    async run({ chat, caller, roomId }) {
      const members = (await chat.members(caller, roomId)).slice(0, MOST_LINES);
      const lines = members.map(async ({ accountId, role }) => {
        const handle = (await chat.person(accountId))?.handle ?? '?';
        return `@${handle} (${role}, ${chat.presence.stateOf(accountId)})`;
      });
      return { lines: await Promise.all(lines) };
    },
  },
  {
    ...{ name: 'help', usage: '', about: 'What there is to type' },
    run: async () => ({ lines: slashCommands.map(({ name, usage, about }) => `/${name} ${usage}`.padEnd(22) + about) }),
  },
];

/** Throws `chat_command_unknown`, `chat_command_usage`, and what the use case behind it throws. */
export async function runSlash(chat: Chat, caller: Caller, roomId: string, line: string): Promise<Answer> {
  const [, name = '', rest = ''] = USAGE_PATTERN.exec(line.trim()) ?? [];
  const command = slashCommands.find((each) => each.name === name);
  if (!command) throw chatErrors('chat_command_unknown', { attempted: 'Run a command of the chat' });
  // Whoever writes more meant something else, such as to mute somebody.
  if (command.usage === '' && rest.trim() !== '') {
    throw usage(`/${name} and nothing behind it, to ${inSentence(command.about)}`);
  }
  return await command.run({ chat, caller, roomId, rest: rest.trim() });
}

const inSentence = (about: string): string => about.charAt(0).toLowerCase() + about.slice(1);

function wanted(rest: string, howTo: string): string {
  if (rest === '') throw usage(howTo);
  return rest;
}

function named(rest: string, howTo: string): { readonly handle: string; readonly behind: string } {
  const [, handle, behind = ''] = /^@?(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
  if (handle === undefined) throw usage(howTo);
  return { handle, behind };
}

/** Throws `chat_member_not_found`. */
function found(person: Person | null): Person {
  if (!person) throw chatErrors('chat_member_not_found', { attempted: 'Run a command of the chat' });
  return person;
}

async function ignoredLines(chat: Chat, caller: Caller): Promise<string[]> {
  const { ignored } = await chat.preferences(caller);
  if (ignored.length === 0) return ['You ignore nobody; /ignore @NAME leaves out what somebody says'];
  const handleOf = async (accountId: string): Promise<string> => {
    const person = await chat.person(accountId);
    return person ? `@${person.handle}` : 'somebody who has no account any more';
  };
  return [`You ignore ${(await Promise.all(ignored.map(handleOf))).join(', ')}`];
}

function usage(howTo: string) {
  return chatErrors('chat_command_usage', { attempted: 'Run a command of the chat', detail: `type ${howTo}` });
}
