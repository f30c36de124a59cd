import type { AppPasswordRequest } from './api.ts';

/** What an app password is for, in words. */
export const scopes = {
  files: { label: 'Files', about: 'Reads and changes everything in your drives.' },
  chat: { label: 'Chat', about: 'Messages, and no file. Nothing in this version takes it yet.' },
  agent: { label: 'Guard', about: 'Reports findings; reads none of them and opens nothing.' },
} as const satisfies Record<AppPasswordRequest['scope'], unknown>;
