import type { Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { formatRelative } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { ChannelsReply, ChannelView, TestReply } from '../wire.ts';
import { findChannel } from './find-channel.ts';

export const addChannel: Command = {
  path: ['admin', 'channels', 'add'],
  summary: 'Set up a channel by which notices leave',
  description:
    'The configuration is a JSON object from a file or standard input, since it may hold a password; docs/notices.md shows one of each\nkind. A channel on which people have addresses of their own sends nothing until they name one.',
  examples: [
    { run: 'holdfast admin channels add jsonl siem --config-file jsonl.json', does: 'A file for a SIEM to read' },
    { run: 'holdfast admin channels add syslog soc --config-file -', does: 'Asked for, or from standard input' },
    {
      run: 'holdfast admin channels add jsonl logins --config-file l.json --kinds login_new,recovery_key_used',
      does: 'Of these kinds alone',
    },
  ],
  arguments: [
    { name: 'KIND', about: 'Kind of channel; holdfast admin channels list names them' },
    { name: 'NAME', about: 'What people call it' },
  ],
  options: [
    { name: 'config-file', value: 'FILE', about: 'Read the configuration from a file; - is standard input' },
    { name: 'destination', value: 'PLACE', about: 'For kinds that may be told where to' },
    { name: 'kinds', value: 'KINDS', about: 'Kinds of notices that go there, with commas (default: what admins hear)' },
  ],
  async run(context, input) {
    const [kind = '', name = ''] = input.args;
    if (!/^[a-z0-9-]{1,32}$/.test(kind)) {
      throw commandErrors('usage_invalid', { detail: 'KIND is one of those that holdfast admin channels list names' });
    }
    const text = await context.prompts.secretFrom(input.text('config-file'), 'Configuration (JSON)', 'config-file');
    const [destination, kinds] = [input.text('destination'), input.text('kinds')?.split(',')];
    const request = { name, config: configFrom(text), ...(destination === undefined ? {} : { destination }) };
    const api = await context.signedIn();
    const added = await api.post<ChannelView>(`/admin/channels/${kind}`, kinds ? { ...request, kinds } : request);
    context.terminal.show(added, () => [
      `Added. holdfast admin channels test ${added.name} tries it out.`,
      ...(added.personal ? [`Everybody names their address: holdfast notices address ${added.name} ADDRESS`] : []),
    ]);
  },
};

export const changeChannel: Command = {
  path: ['admin', 'channels', 'change'],
  summary: 'Change a channel that is there',
  description:
    'What is not named stays as it is. In a configuration all that is not secret has to stand; a secret that is left out\nstays, and null drops it. It has to be given again where the rest would lead it to another place.',
  examples: [
    { run: 'holdfast admin channels change siem --name "SIEM of the SOC"', does: 'Another name' },
    { run: 'holdfast admin channels change mail --config-file mail.json', does: 'Another configuration' },
    { run: 'holdfast admin channels change siem --kinds finding_opened', does: 'Another choice of what goes there' },
  ],
  arguments: [{ name: 'CHANNEL', about: 'Name or id' }],
  options: [
    { name: 'name', value: 'NAME', about: 'What people call it' },
    { name: 'config-file', value: 'FILE', about: 'Read the configuration from a file; - is standard input' },
    { name: 'destination', value: 'PLACE', about: 'For kinds that may be told where to' },
    { name: 'kinds', value: 'KINDS', about: 'Kinds of notices that go there, with commas; usual: what admins hear' },
  ],
  async run(context, input) {
    const [name, file, destination, kinds] = ['name', 'config-file', 'destination', 'kinds'].map((option) =>
      input.text(option),
    );
    if ([name, file, destination, kinds].every((given) => given === undefined)) {
      throw commandErrors('usage_invalid', { detail: 'say what is to change' });
    }
    const text = file && (await context.prompts.secretFrom(file, 'Configuration (JSON)', 'config-file'));
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(text === undefined ? {} : { config: configFrom(text) }),
      ...(destination === undefined ? {} : { destination }),
      ...(kinds === undefined ? {} : { kinds: kinds === 'usual' ? null : kinds.split(',') }),
    };
    const api = await context.signedIn();
    const { channels } = await api.get<ChannelsReply>('/admin/channels');
    const { channelId, kind } = findChannel(channels, input.args[0] ?? '');
    const changed = await api.post<ChannelView>(`/admin/channels/${kind}/${channelId}`, change);
    context.terminal.show(changed, () => [`Changed. holdfast admin channels test ${changed.name} tries it out.`]);
  },
};

function configFrom(text: string): object {
  try {
    const config: unknown = JSON.parse(text);
    if (typeof config === 'object' && config !== null && !Array.isArray(config)) return config;
  } catch {
    // What stands there may be secret, and is not repeated.
  }
  throw commandErrors('usage_invalid', { detail: 'the configuration is no JSON object' });
}

export const listChannels: Command = {
  path: ['admin', 'channels', 'list'],
  summary: 'Channels by which notices leave, and how deliveries go',
  examples: [
    { run: 'holdfast admin channels list', does: 'When each last delivered, or since when it fails' },
    { run: 'holdfast admin channels list --json', does: 'For a script' },
    { run: 'holdfast admin channels dead', does: 'What could not be delivered' },
  ],
  async run(context) {
    const reply = await (await context.signedIn()).get<ChannelsReply>('/admin/channels');
    const now = context.clock();
    context.terminal.show(reply, () => [
      ...(reply.channels.length === 0
        ? ['There are none: notices stay in the feed.']
        : context.terminal.table(
            [
              { title: 'Channel' },
              { title: 'Name', cut: true },
              { title: 'Kind' },
              { title: 'Deliveries' },
              { title: 'Given up', align: 'right' },
            ],
            reply.channels.map((channel) => [
              channel.channelId,
              channel.name,
              channel.kind,
              healthText(channel, now),
              String(channel.deadLetters),
            ]),
          )),
      `Kinds that can be added: ${reply.available.join(', ')}`,
    ]);
  },
};

function healthText({ failingSinceTime, lastDeliveredTime, lastCode }: ChannelView, now: number) {
  if (failingSinceTime !== null) {
    const since = formatRelative(Date.parse(failingSinceTime), now);
    return { text: `failing since ${since} (${lastCode ?? ''})`, style: 'danger' } as const;
  }
  return lastDeliveredTime === null ? 'none yet' : `last ${formatRelative(Date.parse(lastDeliveredTime), now)}`;
}

export const testChannel: Command = {
  path: ['admin', 'channels', 'test'],
  summary: 'Reach the other side of a channel, and send it a letter',
  description: 'To the place that the channel is, or to your own confirmed address.',
  examples: [
    { run: 'holdfast admin channels test siem', does: 'By its name' },
    { run: 'holdfast admin channels test 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'By its id' },
    { run: 'holdfast doctor', does: 'All of them, without sending anything' },
  ],
  arguments: [{ name: 'CHANNEL', about: 'Name or id' }],
  async run(context, input) {
    const api = await context.signedIn();
    const { channels } = await api.get<ChannelsReply>('/admin/channels');
    const { channelId, name } = findChannel(channels, input.args[0] ?? '');
    const reply = await api.post<TestReply>(`/admin/channels/${channelId}/test`, {}, { slow: true });
    context.terminal.show(reply, () => [
      reply.sent
        ? `${visible(name)} took a letter.`
        : `${visible(name)} was reached. You have no confirmed address there, so that nothing was sent.`,
    ]);
  },
};

export const removeChannel: Command = {
  path: ['admin', 'channels', 'remove'],
  summary: 'Remove a channel; what waits for it is dropped',
  examples: [
    { run: 'holdfast admin channels remove siem', does: 'By its name' },
    { run: 'holdfast admin channels remove 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'By its id' },
    { run: 'holdfast admin channels list', does: 'Which there are' },
  ],
  arguments: [{ name: 'CHANNEL', about: 'Name or id' }],
  async run(context, input) {
    const api = await context.signedIn();
    const { channels } = await api.get<ChannelsReply>('/admin/channels');
    const { channelId } = findChannel(channels, input.args[0] ?? '');
    await api.delete(`/admin/channels/${channelId}`);
    context.terminal.show({ channelId }, () => ['Removed.']);
  },
};
