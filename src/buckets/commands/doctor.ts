import type { Command, Cell } from '../../base/commands/command.ts';
import type { Health } from '../guard/examine.ts';
import type { OpenLocalGuard } from './guard.ts';
import { stackFrom, STACK } from './deploy.ts';
import { stateFolderFrom } from './where.ts';

export const doctorCommand = (openLocal: OpenLocalGuard): Command => ({
  path: ['buckets', 'doctor'],
  summary: 'Tell whether the guard in your account works',
  description:
    'Asks for each part of the stack: the trail, the rules, the functions, the subscription of --email, the keys, dead letters;\nwhether the guard heard its own daily call, which goes through all of them; whether what a clock begins was done: the look\nat all buckets, the mails about objects; and whether buckets whose notices are on send their events. Says how to mend what\nis broken. Changes nothing. Exits with 1 when something is broken or not known.',
  examples: [
    { run: 'holdfast buckets doctor', does: 'The guard of this account and Region' },
    { run: 'AWS_REGION=eu-central-1 holdfast buckets doctor', does: 'In another Region' },
    { run: 'holdfast buckets doctor --json', does: 'For a monitor' },
  ],
  options: [
    { name: 'stack', value: 'NAME', about: `Name of the stack (default ${STACK})` },
    { name: 'state', value: 'DIR', about: 'The state folder' },
  ],
  async run(context, input) {
    const name = stackFrom(input);
    await using guard = await openLocal(stateFolderFrom(context, input));
    await using deployed = await guard.openDeployed(name);
    const parts = await deployed.examine();
    context.terminal.show({ stack: name, parts }, () =>
      context.terminal.table(
        [{ title: 'Part' }, { title: 'Health' }, { title: 'What was seen', cut: true }],
        parts.map(({ part, health, detail }) => [part, cellOf(health), detail]),
      ),
    );
    return parts.every(({ health }) => health === 'works') ? 0 : 1;
  },
});

const STYLES = { works: 'good', broken: 'danger', unknown: 'attention' } as const;

function cellOf(health: Health): Cell {
  return { text: health, style: STYLES[health] };
}
