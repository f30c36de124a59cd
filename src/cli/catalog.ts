import type { Command } from '../base/commands/command.ts';
import { ageGroup } from './verbs/age-group.ts';
import type { CommandGroup } from './command-group.ts';
import type { EntryFunctions } from './entry-functions.ts';

/** All verbs there are, in the order in which help tells them. */
export function commandGroups(entry: EntryFunctions): readonly CommandGroup[] {
  return [
    {
      title: 'Your account',
      verbs: ['signup', 'login', 'logout', 'whoami', 'account'],
      load: async () => (await import('../accounts/commands.ts')).accountCommands,
    },
    {
      title: 'Your files',
      verbs: [
        'ls',
        'find',
        'put',
        'get',
        'cat',
        'mkdir',
        'cp',
        'mv',
        'rm',
        'trash',
        'versions',
        'restore',
        'log',
        'favourites',
        'recent',
        'keys',
        'backup',
      ],
      load: async () => (await import('../files/commands.ts')).fileCommands,
    },
    {
      title: 'Talking with others',
      verbs: ['chat', 'moderate', 'bots'],
      load: async () => (await import('../chat/commands.ts')).chatCommands,
    },
    {
      title: 'People and settings of the workspace',
      verbs: ['admin'],
      load: async () => {
        const { adminCommands, people } = await import('../accounts/commands.ts');
        const { quotaCommands } = await import('../files/commands.ts');
        const { recordsCommands } = await import('./verbs/records-commands.ts');
        const { keysCommands } = await import('./verbs/keys-commands.ts');
        const { storesCommands } = await import('./verbs/stores-commands.ts');
        const { channelCommands } = await import('../notifications/commands.ts');
        return [
          ...adminCommands,
          ...channelCommands,
          ...quotaCommands(people),
          ...keysCommands(entry),
          ...recordsCommands(entry),
          ...storesCommands(entry),
        ];
      },
    },
    {
      title: 'The audit trail',
      verbs: ['audit'],
      load: async () => (await import('../audit/commands.ts')).auditCommands(entry.auditVerifyOffline),
    },
    {
      title: 'What the guards found',
      verbs: ['findings'],
      load: async () => (await import('../findings/commands.ts')).findingsCommands(entry.openLocalFindings),
    },
    {
      title: 'Your buckets',
      verbs: ['buckets'],
      load: async () => (await import('../buckets/commands.ts')).bucketCommands(entry.openLocalGuard),
    },
    {
      title: 'This computer',
      verbs: ['host', 'agent'],
      load: async () => [
        ...(await import('../host/commands.ts')).hostCommands(entry.openLocalHost),
        ...(await import('../agent/commands.ts')).agentCommands(entry.openAgent),
      ],
    },
    {
      title: 'The network',
      verbs: ['network'],
      load: async () => (await import('../network/commands.ts')).networkCommands(entry.openLocalNetwork),
    },
    {
      title: 'What you were told',
      verbs: ['notices'],
      load: async () => (await import('../notifications/commands.ts')).notificationCommands,
    },
    ageGroup,
    {
      title: 'The server',
      verbs: ['serve', 'doctor'],
      load: async () => (await import('./verbs/server-commands.ts')).serverCommands(entry),
    },
    {
      title: 'In a cloud',
      verbs: ['deploy'],
      load: async () => (await import('../deploy/commands.ts')).deployCommands(entry.openDeployment, entry.guardParts),
    },
    {
      title: 'Your shell',
      verbs: ['completion'],
      load: async () => {
        const everything = async (): Promise<readonly Command[]> =>
          (await Promise.all(commandGroups(entry).map((group) => group.load()))).flat();
        return (await import('./help/completion.ts')).completionCommands(everything);
      },
    },
  ];
}
