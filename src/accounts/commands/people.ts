import type { ApiClient, Command, CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { formatRelative } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { EnableRequest, People, Person, RoleRequest } from '../people/wire.ts';
import { foundById } from './found-by-id.ts';

const ROLES = ['admin', 'member', 'guest'] as const;

export const listPeople: Command = {
  path: ['admin', 'people', 'list'],
  summary: 'Everybody with an account',
  examples: [
    { run: 'holdfast admin people list', does: 'In order of sign-up' },
    { run: 'holdfast admin people list --json', does: 'For a script' },
    { run: 'holdfast admin people disable @ada', does: 'Somebody left' },
  ],
  async run(context) {
    const all = await everybody(await context.signedIn());
    const now = context.clock();
    context.terminal.show(all, () => [
      ...context.terminal.table(
        [
          { title: 'Handle' },
          { title: 'Name', cut: true },
          { title: 'E-mail', cut: true },
          { title: 'Role' },
          { title: 'Since' },
          { title: 'Account' },
        ],
        all.people.map((each) => [
          `@${each.handle}`,
          each.name,
          each.email,
          each.state === 'disabled' ? { text: `${each.role}, disabled`, style: 'attention' } : each.role,
          formatRelative(Date.parse(each.createdTime), now),
          each.accountId,
        ]),
      ),
      ...all.damaged.map((id) =>
        context.terminal.styles.danger(`The records of account ${id} were changed by somebody else.`),
      ),
    ]);
  },
};

export const person = { name: 'PERSON', about: '@handle, e-mail address, or the id of the account (its end will do)' };

const passwordFile = {
  name: 'password-file',
  value: 'FILE',
  about: 'Read your password from a file, where an admin comes of it; - is standard input',
};

/** Whoever makes an admin has a copy of the workspace key made, and is asked for the password again. */
async function passwordAgain(context: CommandContext, input: CommandInput): Promise<{ password: string }> {
  return { password: await context.prompts.secretFrom(input.text('password-file'), 'Your password') };
}

export const personRole: Command = {
  path: ['admin', 'people', 'role'],
  summary: 'Give somebody another role',
  description:
    'Holds at once, for sessions that are open too. The last admin stays one. A guest who becomes a member gets a drive;\nnobody who has a drive becomes a guest. To make an admin asks for your password; whoever was one may have kept a copy\nof the workspace key.',
  examples: [
    { run: 'holdfast admin people role @grace admin', does: 'Another admin; asks for your password' },
    { run: 'holdfast admin people role grace@example.org member', does: 'No admin any more' },
    { run: 'holdfast admin people role 9d1e2f member', does: 'By the id of the account' },
  ],
  arguments: [person, { name: 'ROLE', about: 'admin, member or guest' }],
  options: [passwordFile],
  async run(context, input) {
    const role = ROLES.find((each) => each === input.args[1]);
    if (!role) throw commandErrors('usage_invalid', { detail: `a role is one of ${ROLES.join(', ')}` });
    const api = await context.signedIn();
    const found = await personOf(api, input);
    const request: RoleRequest = { role, ...(role === 'admin' ? await passwordAgain(context, input) : {}) };
    const changed = await api.post<Person>(`/people/${found.accountId}/role`, request);
    context.terminal.show(changed, () => [`${visible(changed.name)} (@${changed.handle}) is ${changed.role} now.`]);
  },
};

export const disablePerson: Command = {
  path: ['admin', 'people', 'disable'],
  summary: 'End everything somebody can do here',
  description:
    'Sessions, app passwords and open invitations of the account end at once. Nothing is deleted; it can be enabled again.',
  examples: [
    { run: 'holdfast admin people disable @grace', does: 'By handle' },
    { run: 'holdfast admin people disable grace@example.org', does: 'By e-mail address' },
    { run: 'holdfast admin people enable @grace', does: 'Back again' },
  ],
  arguments: [person],
  async run(context, input) {
    const api = await context.signedIn();
    const changed = await api.post<Person>(`/people/${(await personOf(api, input)).accountId}/disable`);
    context.terminal.show(changed, () => [`Disabled ${visible(changed.name)} (@${changed.handle}).`]);
  },
};

export const enablePerson: Command = {
  path: ['admin', 'people', 'enable'],
  summary: 'Let somebody in again',
  description: 'They log in anew, with the password they had. For an admin it asks for yours.',
  examples: [
    { run: 'holdfast admin people enable @grace', does: 'By handle' },
    { run: 'holdfast admin people enable grace@example.org', does: 'By e-mail address' },
    { run: 'holdfast admin people list', does: 'Who is disabled' },
  ],
  arguments: [person],
  options: [passwordFile],
  async run(context, input) {
    const api = await context.signedIn();
    const { accountId, role, state } = await personOf(api, input);
    const asks = role === 'admin' && state === 'disabled';
    const request: EnableRequest = asks ? await passwordAgain(context, input) : {};
    const changed = await api.post<Person>(`/people/${accountId}/enable`, request);
    context.terminal.show(changed, () => [`Enabled ${visible(changed.name)} (@${changed.handle}).`]);
  },
};

export async function everybody(api: ApiClient): Promise<Pick<People, 'people' | 'damaged'>> {
  const all: Pick<People, 'people' | 'damaged'> = { people: [], damaged: [] };
  for (let after = ''; ;) {
    const page = await api.get<People>(`/people?limit=200${after}`);
    all.people.push(...page.people);
    all.damaged.push(...page.damaged);
    if (page.next === undefined) return all;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

/** By handle, address or id. Throws `usage_invalid` when nobody or several people fit. */
export async function personOf(api: ApiClient, input: CommandInput): Promise<Person> {
  return findPerson(api, (input.args[0] ?? '').trim());
}

export async function findPerson(api: ApiClient, wanted: string): Promise<Person> {
  const { people } = await everybody(api);
  const text = wanted.toLowerCase().normalize('NFC');
  const named = people.filter(({ handle, email }) => `@${handle}` === text || email.toLowerCase() === text);
  return named[0] ?? foundById(people, wanted, ({ accountId }) => accountId, `Find ${visible(wanted)}`);
}
