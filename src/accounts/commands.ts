import type { Command } from '../base/command.ts';
import { password, recover } from './commands/credentials.ts';
import { login, logout, whoami } from './commands/log-in.ts';
import { revokeSession, sessions } from './commands/sessions.ts';
import { signup } from './commands/sign-up.ts';

/** The verbs of accounts/. They talk to a server over its API; nothing of the server itself is loaded. */
export const accountCommands: readonly Command[] = [
  signup,
  login,
  logout,
  whoami,
  password,
  recover,
  sessions,
  revokeSession,
];
