import type { Command } from '../../../base/commands/command.ts';
import type { MessageView } from '../../wire.ts';
import { ROOM, roomCalled } from '../find-room.ts';
import { MESSAGE, REASON, reasonFrom, sequenceFrom } from './input.ts';

export const hideMessage: Command = {
  path: ['moderate', 'hide'],
  summary: 'Hide a message from everybody but the moderators',
  description: 'It keeps its place, and its author hears why. What it was can be proven, and it can be restored.',
  examples: [
    { run: 'holdfast moderate hide general 42 --reason "Not among us"', does: 'Message 42' },
    { run: 'holdfast moderate reports general', does: 'Which were reported' },
    { run: 'holdfast moderate restore general 42 --reason "It was a quotation"', does: 'Back again' },
  ],
  arguments: [ROOM, MESSAGE],
  options: [REASON],
  run: (context, input) => change(context, input, 'hide', 'The message is hidden.'),
};

export const restoreMessage: Command = {
  path: ['moderate', 'restore'],
  summary: 'Show a hidden message again, when it is the one that was hidden',
  examples: [
    { run: 'holdfast moderate restore general 42 --reason "It was a quotation"', does: 'Message 42' },
    { run: 'holdfast moderate log general', does: 'What was hidden, by whom and why' },
    { run: 'holdfast moderate hide general 42 --reason "Not among us"', does: 'The other way' },
  ],
  arguments: [ROOM, MESSAGE],
  options: [REASON],
  run: (context, input) => change(context, input, 'restore', 'Everybody can read it again.'),
};

async function change(
  context: Parameters<Command['run']>[0],
  input: Parameters<Command['run']>[1],
  act: 'hide' | 'restore',
  done: string,
): Promise<void> {
  const sequence = sequenceFrom(input.args[1]);
  const reason = await reasonFrom(context, input);
  const api = await context.signedIn();
  const { roomId } = await roomCalled(api, input.args[0]);
  const message = await api.post<MessageView>(`/chat/rooms/${roomId}/messages/${sequence}/${act}`, { reason });
  context.terminal.show({ message }, () => [done]);
}
