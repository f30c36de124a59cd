import type { CommandGroup } from '../command-group.ts';

/** What the stock age tool does as well; it needs nothing else of the product. */
export const ageGroup: CommandGroup = {
  title: 'age files on this computer',
  verbs: ['encrypt', 'decrypt'],
  load: async () => (await import('./age-commands.ts')).ageCommands,
};
