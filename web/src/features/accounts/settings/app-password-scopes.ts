import type { AppPasswordRequest } from './api.ts';

/** What an app password is for, in words. */
export const scopes = {
  files: { label: 'Files', about: 'Reads and changes everything in your drives.' },
  chat: { label: 'Chat', about: 'Messages, and no file. Nothing in this version takes it yet.' },
  agent: { label: 'Host agent', about: 'Sends findings of a host, and opens nothing. Nothing takes it yet.' },
} as const satisfies Record<AppPasswordRequest['scope'], unknown>;
