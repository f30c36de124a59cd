import type { ApiClient, Command } from '../base/commands/command.ts';
import { addAppPassword, listAppPasswords, revokeAppPassword } from './commands/app-passwords.ts';
import { deleteAccount } from './commands/delete-account.ts';
import { password, recover } from './commands/credentials.ts';
import { rotateAccount } from './commands/rotate-account.ts';
import { resetPerson } from './commands/reset-person.ts';
import { login, logout, whoami } from './commands/log-in.ts';
import { revokeSession, sessions } from './commands/sessions.ts';
import { addInvite, listInvites, revokeInvite } from './commands/invites.ts';
import { disablePerson, enablePerson, everybody, findPerson, listPeople, personRole } from './commands/people.ts';
import type { Person } from './people/wire.ts';
import { listSettings, setSetting } from './commands/workspace-settings.ts';
import { rotateWorkspaceKey, showWorkspaceKey } from './commands/workspace-key.ts';
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
  listAppPasswords,
  addAppPassword,
  revokeAppPassword,
  rotateAccount,
  deleteAccount,
];

/** What concerns others and the whole workspace. Members use the invitations; the rest is for admins. */
export const adminCommands: readonly Command[] = [
  listPeople,
  personRole,
  disablePerson,
  enablePerson,
  resetPerson,
  listInvites,
  addInvite,
  revokeInvite,
  listSettings,
  setSetting,
  showWorkspaceKey,
  rotateWorkspaceKey,
];

/** For the verbs of other features that name people. */
export const people = {
  everybody: async (api: ApiClient): Promise<readonly Person[]> => (await everybody(api)).people,
  find: findPerson,
};
