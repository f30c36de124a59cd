import { resolve } from 'node:path';
import type { Command } from '../base/commands/command.ts';
import { commandErrors } from '../base/commands/errors.ts';
import { checkOptions } from '../host/commands.ts';
import type { OpenAgent } from './commands/ground.ts';
import { ringOptions } from '../base/commands/ring-option.ts';
import { runHere } from './commands/run.ts';
import { showStatus } from './commands/status.ts';

export type { AgentGround, OpenAgent } from './commands/ground.ts';

/** The verb of agent/: it runs in this process with the rights of whoever calls it, as a service does. */
export const agentCommands = (open: OpenAgent): readonly Command[] => [
  {
    path: ['agent'],
    summary: 'Scan this computer on a schedule and report to a server, until it is stopped',
    description:
      'A token that an admin made enrols this computer, once; afterwards the file is not needed any more. Reports wait on the disk\nwhile the server is away. The server can tell it when to scan, and nothing else. It needs root to see everything. With status it\nonly tells how the agent is doing: exit code 0 all is well, 1 somebody should look, 3 not enrolled.',
    examples: [
      { run: 'sudo holdfast agent --server https://files.example.org --token-file token', does: 'Enrol, and go on' },
      { run: 'sudo holdfast agent --state /var/lib/holdfast-agent', does: 'As a service does from then on' },
      { run: 'sudo holdfast agent status --state /var/lib/holdfast-agent', does: 'How it is doing' },
      {
        run: 'sudo holdfast agent --with host,buckets --endpoint https://s3.example.org --buckets plans',
        does: 'Also looks at the buckets of a store, and watches one',
      },
      {
        run: 'sudo holdfast agent --with host,network --interface eth0 --filter "not port 22"',
        does: 'Also makes flows of the packets of an interface',
      },
    ],
    arguments: [{ name: 'status', about: 'Only tell how the agent is doing', optional: true }],
    options: [
      { name: 'token-file', value: 'FILE', about: 'The token that enrols this computer; - is standard input' },
      {
        name: 'with',
        value: 'PARTS',
        many: true,
        about: 'What it reports: host (default), host,buckets, host,network',
      },
      { name: 'buckets', value: 'BUCKET', many: true, about: 'Also watch the objects of BUCKET, or BUCKET/PREFIX' },
      { name: 'endpoint', value: 'URL', about: 'The store of the buckets (default: AWS, by the AWS configuration)' },
      { name: 'role', value: 'ARN', about: 'Assume this role first' },
      { name: 'interface', value: 'IF', about: 'The interface whose packets are taken (default: any, all of them)' },
      { name: 'filter', value: 'BPF', about: 'Only these packets, as tcpdump takes it' },
      ...ringOptions,
      { name: 'state', value: 'DIR', about: 'Keep its own token, what is known and reports that wait there' },
      ...checkOptions,
    ],
    async run(context, input) {
      const stateFolder = input.text('state');
      const folder = stateFolder === undefined ? context.stateFolder : resolve(context.workingFolder, stateFolder);
      const [word] = input.args;
      if (word !== undefined && word !== 'status') {
        throw commandErrors('usage_invalid', { detail: `“${word}” is nothing that an agent does; there is status` });
      }
      const ground = await open(folder);
      if (word === 'status') return await showStatus(context, ground);
      await runHere(context, input, folder, ground);
      return 0;
    },
  },
];
