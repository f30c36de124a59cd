import type { Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import type { HoursRequest, PreferencesReply } from '../wire.ts';
import { preferenceLines } from './rules.ts';

export const setHours: Command = {
  path: ['notices', 'hours'],
  summary: 'Set quiet hours, the time of the daily digest, and your time zone',
  description: 'What is not given stays as it is. In quiet hours only critical notices about security leave.',
  examples: [
    { run: 'holdfast notices hours --quiet-hours 22:00-07:00 --zone Europe/Berlin', does: 'Nothing at night' },
    { run: 'holdfast notices hours --digest 08:30', does: 'When what is sent daily leaves' },
    { run: 'holdfast notices hours --quiet-hours never', does: 'No quiet hours' },
  ],
  options: [
    { name: 'quiet-hours', value: 'HOURS', about: '22:00-07:00, or never' },
    { name: 'digest', value: 'TIME', about: '08:30' },
    { name: 'zone', value: 'ZONE', about: 'Europe/Berlin' },
  ],
  async run(context, input) {
    const api = await context.signedIn();
    const { hours } = await api.get<PreferencesReply>('/notices/rules');
    const quiet = input.text('quiet-hours');
    const request: HoursRequest = {
      timeZone: input.text('zone') ?? hours.timeZone,
      digestAt: input.text('digest') ?? hours.digestAt,
      quiet: quiet === undefined ? hours.quiet : quiet === 'never' ? null : quietFrom(quiet),
    };
    const reply = await api.post<PreferencesReply>('/notices/hours', request);
    context.terminal.show(reply, () => preferenceLines(context, reply).slice(-1));
  },
};

function quietFrom(text: string): { from: string; to: string } {
  const [, from, to] = /^([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return { from, to };
  throw commandErrors('usage_invalid', { detail: '--quiet-hours is written 22:00-07:00, or never' });
}
