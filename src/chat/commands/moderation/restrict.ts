/** Mutes, bans and kicks on the command line. */
import type { Command, CommandContext, CommandInput } from '../../../base/commands/command.ts';
import { commandErrors } from '../../../base/commands/errors.ts';
import { quoted, visible } from '../../../base/text/visible.ts';
import type { RulesView } from '../../moderation/wire.ts';
import { ROOM, roomCalled } from '../find-room.ts';
import { minutesFrom, REASON, reasonFrom, sequenceFrom } from './input.ts';

const WHO = { name: 'WHO', about: 'A handle, with or without @; of a visitor #N, a message that they said' } as const;
const FOR = { name: 'for', value: 'TIME', about: 'How long: 30m, 2h, 7d, 4w (default 1h)' } as const;

export const mute: Command = {
  path: ['moderate', 'mute'],
  summary: 'Let somebody read and not write for a time',
  examples: [
    { run: 'holdfast moderate mute general @grace --for 2h --reason "A break"', does: 'For two hours' },
    { run: 'holdfast moderate mute general "#42" --reason "Spam"', does: 'The visitor who said message 42' },
    { run: 'holdfast moderate lift general grace --reason "We talked"', does: 'Before its time' },
  ],
  arguments: [ROOM, WHO],
  options: [FOR, REASON],
  run: (context, input) => restrict(context, input, 'mute'),
};

export const ban: Command = {
  path: ['moderate', 'ban'],
  summary: 'Keep somebody out of a room for a time, by every way',
  description: 'What they listen to ends at once: in browsers, for programs, and on the chat line.',
  examples: [
    { run: 'holdfast moderate ban general @grace --for 7d --reason "Threats"', does: 'For a week' },
    { run: 'holdfast moderate ban general "#42" --for 1d --reason "Spam"', does: 'The visitor who said message 42' },
    { run: 'holdfast moderate rules general', does: 'Who is banned' },
  ],
  arguments: [ROOM, WHO],
  options: [FOR, REASON],
  run: (context, input) => restrict(context, input, 'ban'),
};

export const kick: Command = {
  path: ['moderate', 'kick'],
  summary: 'Put somebody out of a room; into a public one they may come again',
  examples: [
    { run: 'holdfast moderate kick press-work @grace --reason "Left the team"', does: 'At once' },
    { run: 'holdfast moderate ban general @grace --for 1d --reason "Threats"', does: 'Where they shall stay out' },
    { run: 'holdfast moderate log press-work', does: 'What was decided' },
  ],
  arguments: [ROOM, { name: 'WHO', about: 'A handle, with or without @' }],
  options: [REASON],
  async run(context, input) {
    const reason = await reasonFrom(context, input);
    const api = await context.signedIn();
    const { roomId } = await roomCalled(api, input.args[0]);
    const handle = handleIn(input.args[1]);
    await api.post(`/chat/rooms/${roomId}/kick`, { handle, reason });
    context.terminal.show({ roomId, handle }, () => [`${visible(handle)} is put out of the room.`]);
  },
};

export const lift: Command = {
  path: ['moderate', 'lift'],
  summary: 'End a mute or a ban before its time',
  examples: [
    { run: 'holdfast moderate lift general @grace --reason "We talked"', does: 'What holds for her' },
    { run: 'holdfast moderate lift general RESTRICTION --reason "A mistake"', does: 'By its id' },
    { run: 'holdfast moderate rules general', does: 'What is in force' },
  ],
  arguments: [ROOM, { name: 'WHO', about: 'Their name, or the id of the mute or ban' }],
  options: [REASON],
  async run(context, input) {
    const wanted = handleIn(input.args[1]);
    const reason = await reasonFrom(context, input);
    const api = await context.signedIn();
    const { roomId } = await roomCalled(api, input.args[0]);
    const { restrictions } = await api.get<RulesView>(`/chat/rooms/${roomId}/rules`);
    const found = restrictions.filter(
      ({ restrictionId, name }) => restrictionId === wanted || name.toLowerCase() === wanted.toLowerCase(),
    );
    if (found.length === 0) {
      throw commandErrors('usage_invalid', { detail: `nothing is in force for ${quoted(wanted)}` });
    }
    for (const { restrictionId } of found) {
      await api.post(`/chat/rooms/${roomId}/restrictions/${restrictionId}/lift`, { reason });
    }
    const lifted = found.map(({ restrictionId }) => restrictionId);
    context.terminal.show({ roomId, lifted }, () => [`Lifted: ${found.map(({ what }) => what).join(', ')}.`]);
  },
};

async function restrict(context: CommandContext, input: CommandInput, what: 'mute' | 'ban'): Promise<void> {
  const [room, who = ''] = input.args;
  const minutes = minutesFrom(input.text('for') ?? '1h');
  const whom = who.startsWith('#') ? { sequence: sequenceFrom(who) } : { handle: handleIn(who) };
  const reason = await reasonFrom(context, input);
  const api = await context.signedIn();
  const { roomId } = await roomCalled(api, room);
  await api.post(`/chat/rooms/${roomId}/restrictions`, { ...whom, what, minutes, reason });
  const name = 'handle' in whom ? visible(whom.handle) : `The visitor of message ${whom.sequence}`;
  context.terminal.show({ roomId, ...whom, what, minutes }, () => [
    `${name} is ${what === 'mute' ? 'muted' : 'banned'} for ${input.text('for') ?? '1h'}.`,
  ]);
}

function handleIn(text = ''): string {
  return text.replace(/^@/, '');
}
