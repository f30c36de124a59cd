import type { Command } from '../../base/commands/command.ts';
import type { WorkspaceSettings } from '../people/wire.ts';

export const listSettings: Command = {
  path: ['admin', 'settings', 'list'],
  summary: 'Settings of the workspace',
  description: 'Those that an admin changes while it runs. Numbers and places are environment variables of the server.',
  examples: [
    { run: 'holdfast admin settings list', does: 'With the values in force' },
    { run: 'holdfast admin settings list --json', does: 'For a script' },
    { run: 'holdfast admin settings set sign-up invite', does: 'Change one' },
  ],
  async run(context) {
    const reply = await (await context.signedIn()).get<WorkspaceSettings>('/admin/settings');
    const { terminal } = context;
    terminal.show(reply, () =>
      reply.settings.flatMap((each) => [
        `${terminal.styles.strong(each.name)} = ${each.value}${each.fixed ? ' (fixed by the environment of the server)' : ''}`,
        `  one of ${each.values.join(', ')}; default ${each.default}`,
        `  ${terminal.styles.faint(each.about)}`,
      ]),
    );
  },
};

export const setSetting: Command = {
  path: ['admin', 'settings', 'set'],
  summary: 'Change a setting of the workspace',
  description: 'Holds from the next request on.',
  examples: [
    { run: 'holdfast admin settings set sign-up invite', does: 'Everybody needs an invitation' },
    { run: 'holdfast admin settings set sign-up closed', does: 'Nobody signs up' },
    { run: 'holdfast admin settings list', does: 'What there is to set' },
  ],
  arguments: [
    { name: 'NAME', about: 'The setting' },
    { name: 'VALUE', about: 'One of the values it takes' },
  ],
  async run(context, input) {
    const [name = '', value = ''] = input.args;
    await (await context.signedIn()).post('/admin/settings', { name, value });
    context.terminal.show({ name, value }, () => [`${name} is ${value} now.`]);
  },
};
