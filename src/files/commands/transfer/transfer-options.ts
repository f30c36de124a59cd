import type { CommandOption } from '../../../base/commands/command.ts';

/** What put and get have in common. */
export const transferOptions: readonly CommandOption[] = [
  { name: 'dry-run', short: 'n', about: 'Show what would be done, and do nothing' },
  { name: 'exclude', value: 'GLOB', many: true, about: 'Leave out what matches: *.tmp, cache/, a/**/b' },
  { name: 'include', value: 'GLOB', many: true, about: 'Take only files that match' },
  { name: 'jobs', short: 'j', value: 'N', about: 'Files at a time, 1 to 32 (default 4)' },
];
