import type { CommandContext, Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { visible } from '../../base/text/visible.ts';
import type { PreferencesReply } from '../wire.ts';
import { findChannel } from './find-channel.ts';

export const showRules: Command = {
  path: ['notices', 'rules'],
  summary: 'What you are told, by which channels, and when',
  examples: [
    { run: 'holdfast notices rules', does: 'Kinds, channels, rules and hours' },
    { run: 'holdfast notices rules --json', does: 'For a script' },
    { run: 'holdfast notices rule finding_opened mail daily', does: 'Change one' },
  ],
  async run(context) {
    const reply = await (await context.signedIn()).get<PreferencesReply>('/notices/rules');
    context.terminal.show(reply, () => preferenceLines(context, reply));
  },
};

export const setRule: Command = {
  path: ['notices', 'rule'],
  summary: 'Choose when a kind of notice leaves by a channel',
  description:
    'KIND is a kind that holdfast notices rules shows, or all. CHANNEL is a channel, all, or feed; the feed takes immediate and off.\nThe rule that names both most exactly counts.',
  examples: [
    { run: 'holdfast notices rule finding_opened mail daily', does: 'Once a day, by that channel' },
    { run: 'holdfast notices rule all all off', does: 'Nothing leaves; the feed stays' },
    { run: 'holdfast notices rule all all usual', does: 'Take that back' },
  ],
  arguments: [
    { name: 'KIND', about: 'A kind, or all' },
    { name: 'CHANNEL', about: 'Name or id of a channel, all, or feed' },
    { name: 'WHEN', about: 'immediate, hourly, daily, off, or usual' },
  ],
  async run(context, input) {
    const [kind = '', wanted = '', when = ''] = input.args;
    if (!['immediate', 'hourly', 'daily', 'off', 'usual'].includes(when)) {
      throw commandErrors('usage_invalid', { detail: 'WHEN is immediate, hourly, daily, off or usual' });
    }
    const api = await context.signedIn();
    const { channels } = await api.get<PreferencesReply>('/notices/rules');
    const channel = wanted === 'all' ? '*' : wanted === 'feed' ? 'feed' : findChannel(channels, wanted).channelId;
    const timing = when === 'usual' ? null : when;
    const reply = await api.post<PreferencesReply>('/notices/rules', {
      kind: kind === 'all' ? '*' : kind,
      channel,
      timing,
    });
    context.terminal.show(reply, () => preferenceLines(context, reply));
  },
};

export function preferenceLines({ terminal }: CommandContext, reply: PreferencesReply): string[] {
  const { kinds, channels, rules, hours } = reply;
  const nameOf = (channel: string): string =>
    channel === '*' ? 'all' : visible(channels.find(({ channelId }) => channelId === channel)?.name ?? channel);
  return [
    ...terminal.table(
      [{ title: 'Kind' }, { title: 'What', cut: true }, { title: 'Usually' }, { title: 'Feed' }],
      kinds.map(({ kind, title, usual, security }) => [kind, title, usual, security ? 'always' : 'by rule']),
    ),
    '',
    ...(channels.length === 0
      ? ['No channel takes addresses of people; an admin adds one with holdfast admin channels add.']
      : terminal.table(
          [{ title: 'Channel' }, { title: 'Kind' }, { title: 'Your address', cut: true }],
          channels.map(({ name, kind, address, confirmed }) => [
            name,
            kind,
            address === null
              ? 'none'
              : confirmed
                ? address
                : { text: `${address} (not confirmed)`, style: 'attention' },
          ]),
        )),
    '',
    ...rules.map(
      ({ kind, channel, timing }) => `Rule: ${kind === '*' ? 'all' : kind} by ${nameOf(channel)}: ${timing}`,
    ),
    `Quiet: ${hours.quiet ? `${hours.quiet.from} to ${hours.quiet.to}` : 'never'}; daily digest at ${hours.digestAt} (${hours.timeZone})`,
  ];
}
