import { readFileSync } from 'node:fs';
import type { Command } from '../../base/commands/command.ts';
import { visible } from '../../base/text/visible.ts';
import { hostErrors } from '../errors.ts';
import { shippedChecks } from '../checks/load.ts';
import { sharedParts } from '../checks/shared-parts.ts';
import { allChecksFrom, ownOption } from './choose-checks.ts';

export const showCommand: Command = {
  path: ['host', 'show'],
  summary: 'The script of a check, as it is run, and all that it goes by',
  examples: [
    { run: 'holdfast host show KRN-07', does: 'What it looks at and what a fix of it does' },
    { run: 'holdfast host show W-SMB-01', does: 'One for Windows' },
    { run: 'holdfast host show KRN-07 --json', does: 'Its header as fields, with the script' },
    { run: 'holdfast host show OWN-01 --checks /etc/holdfast/checks', does: 'One of your own' },
  ],
  arguments: [{ name: 'CHECK', about: 'Id of the check' }],
  options: [ownOption],
  run(context, input) {
    const wanted = (input.args[0] ?? '').toUpperCase();
    // Those of another system are there to be read, too.
    const all = [...allChecksFrom(context, input), ...shippedChecks('linux'), ...shippedChecks('windows')];
    const script = all.find(({ header }) => header.id === wanted);
    if (!script) throw hostErrors('host_check_not_found', { attempted: `Show ${wanted}` });
    const text = readFileSync(script.path, 'utf8');
    const shared = sharedParts(script);
    context.terminal.show({ ...script.header, path: script.path, script: text, shared }, () => [
      ...text.trimEnd().split('\n').map(visible),
      ...shared.flatMap((part) => [
        '',
        context.terminal.styles.strong(`# ${part.name}, which it goes by`),
        ...part.script.trimEnd().split('\n').map(visible),
      ]),
    ]);
    return Promise.resolve();
  },
};
