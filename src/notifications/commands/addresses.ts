import type { Command } from '../../base/commands/command.ts';
import { visible } from '../../base/text/visible.ts';
import type { PreferencesReply } from '../wire.ts';
import { findChannel } from './find-channel.ts';

export const nameAddress: Command = {
  path: ['notices', 'address'],
  summary: 'Name your address on a channel',
  description: 'It gets one letter with a link. Nothing else goes there before that link is opened.',
  examples: [
    { run: 'holdfast notices address mail ada@example.org', does: 'Then open the link in the letter' },
    { run: 'holdfast notices confirm', does: 'Or give the token that stands in it here' },
    { run: 'holdfast notices rules', does: 'Which channels there are' },
  ],
  arguments: [
    { name: 'CHANNEL', about: 'Name or id of the channel' },
    { name: 'ADDRESS', about: 'As the channel takes it' },
  ],
  async run(context, input) {
    const [wanted = '', destination = ''] = input.args;
    const api = await context.signedIn();
    const { channels } = await api.get<PreferencesReply>('/notices/rules');
    const { channelId } = findChannel(channels, wanted);
    const reply = await api.post<PreferencesReply>('/notices/addresses', { channelId, destination });
    context.terminal.show(reply, () => [`A letter with a link goes to ${visible(destination)}. Open it to confirm.`]);
  },
};

export const confirmAddress: Command = {
  path: ['notices', 'confirm'],
  summary: 'Confirm an address with the token that it got',
  examples: [
    { run: 'holdfast notices confirm', does: 'Asks for the token' },
    { run: 'holdfast notices confirm --token-file token', does: 'From a file' },
    { run: 'holdfast notices confirm --token-file -', does: 'From standard input' },
  ],
  options: [{ name: 'token-file', value: 'FILE', about: 'Read the token from a file; - is standard input' }],
  async run(context, input) {
    const api = await context.signedIn();
    const token = await context.prompts.secretFrom(input.text('token-file'), 'Token', 'token-file');
    await api.post('/notices/addresses/confirm', { token });
    context.terminal.show({ confirmed: true }, () => ['Confirmed. Notices go there from now on.']);
  },
};

export const removeAddress: Command = {
  path: ['notices', 'forget-address'],
  summary: 'Take your address off a channel',
  examples: [
    { run: 'holdfast notices forget-address mail', does: 'Nothing goes there any more' },
    { run: 'holdfast notices rule all mail off', does: 'Keep the address, and send nothing' },
    { run: 'holdfast notices rules', does: 'Which addresses there are' },
  ],
  arguments: [{ name: 'CHANNEL', about: 'Name or id of the channel' }],
  async run(context, input) {
    const api = await context.signedIn();
    const { channels } = await api.get<PreferencesReply>('/notices/rules');
    const { channelId } = findChannel(channels, input.args[0] ?? '');
    const reply = await api.delete<PreferencesReply>(`/notices/addresses/${channelId}`);
    context.terminal.show(reply, () => ['Nothing goes there any more.']);
  },
};
