import { wholeNumber, type ApiClient, type Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { reservePrivateFile } from '../../base/commands/private-file.ts';
import { formatRelative } from '../../base/text/quantities.ts';
import { quoted, visible } from '../../base/text/visible.ts';
import type { InviteRequest, Invites, MadeInvite } from '../people/wire.ts';
import { foundById } from './found-by-id.ts';

const ROLES = ['admin', 'member', 'guest'] as const;
const DAY_MS = 24 * 3_600_000;

export const addInvite: Command = {
  path: ['admin', 'invites', 'add'],
  summary: 'Invite somebody',
  description:
    'An invitation is good for one sign-up. Members invite members and guests, admins anybody, guests nobody. A guest has\nno drive of their own and sees only what they are added to. Whoever holds the invitation can use it: send it over a\nsafe way, or bind it to an address with --email.',
  examples: [
    { run: 'holdfast admin invites add --email grace@example.org', does: 'For one address only' },
    { run: 'holdfast admin invites add --role guest --days 1', does: 'A guest, until tomorrow' },
    { run: 'holdfast admin invites add --out invitation', does: 'Into a file that you alone can read' },
  ],
  options: [
    { name: 'role', value: 'ROLE', about: 'admin, member (default) or guest' },
    { name: 'email', value: 'E', about: 'The only address that may use it' },
    { name: 'days', value: 'N', about: 'How long it is good (default and most: what the server allows, a week)' },
    { name: 'out', value: 'FILE', about: 'Write the invitation to a new file instead of showing it' },
    {
      name: 'password-file',
      value: 'FILE',
      about: 'Read your password from a file, for an invitation of an admin; - is standard input',
    },
  ],
  async run(context, input) {
    const [roleText, email, days, out] = [
      input.text('role'),
      input.text('email'),
      input.text('days'),
      input.text('out'),
    ];
    const role = ROLES.find((each) => each === roleText);
    if (roleText !== undefined && !role) {
      throw commandErrors('usage_invalid', { detail: `--role is one of ${ROLES.join(', ')}` });
    }
    const request: InviteRequest = {
      ...(role !== undefined && { role }),
      ...(email !== undefined && { email }),
      ...(days !== undefined && { lifetimeMs: wholeNumber(days, { option: 'days', min: 1, max: 90 }) * DAY_MS }),
    };
    const api = await context.signedIn();
    await using file = out === undefined ? undefined : await reservePrivateFile(context.workingFolder, out);
    // The sign-up of an admin makes a copy of the workspace key.
    if (role === 'admin') {
      request.password = await context.prompts.secretFrom(input.text('password-file'), 'Your password');
    }
    const { invitation, ...made } = await api.post<MadeInvite>('/invites', request);
    await file?.write(`${invitation}\n`);
    context.terminal.show({ ...made, ...(file ? { file: file.path } : { invitation }) }, () => [
      ...(file ? [`The invitation is in ${quoted(file.path)}.`] : [invitation]),
      `Good until ${made.expiresTime} for one ${made.role}${made.email === null ? '' : `, ${visible(made.email)}`}. They run:`,
      `  holdfast signup ${api.url} --invite-file FILE`,
    ]);
  },
};

export const listInvites: Command = {
  path: ['admin', 'invites', 'list'],
  summary: 'Open invitations',
  description: 'Your own; an admin sees those of everybody.',
  examples: [
    { run: 'holdfast admin invites list', does: 'Newest first' },
    { run: 'holdfast admin invites list --json', does: 'For a script' },
    { run: 'holdfast admin invites revoke 9d1e2f', does: 'Take one back' },
  ],
  async run(context) {
    const invites = await openInvites(await context.signedIn());
    const now = context.clock();
    context.terminal.show({ invites }, () =>
      context.terminal.table(
        [
          { title: 'Invitation' },
          { title: 'Role' },
          { title: 'For', cut: true },
          { title: 'Made' },
          { title: 'Good until' },
        ],
        invites.map((each) => [
          each.inviteId,
          each.role,
          each.email ?? 'anybody',
          formatRelative(Date.parse(each.createdTime), now),
          each.expiresTime,
        ]),
      ),
    );
  },
};

export const revokeInvite: Command = {
  path: ['admin', 'invites', 'revoke'],
  summary: 'Take an invitation back',
  examples: [
    { run: 'holdfast admin invites revoke 9d1e2f', does: 'By the end of its id' },
    { run: 'holdfast admin invites revoke 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'By its id' },
    { run: 'holdfast admin invites list', does: 'Where the ids are' },
  ],
  arguments: [{ name: 'INVITATION', about: 'Id of the invitation, or the end of it' }],
  async run(context, input) {
    const api = await context.signedIn();
    const wanted = input.args[0] ?? '';
    const { inviteId } = foundById(
      await openInvites(api),
      wanted,
      (each) => each.inviteId,
      `Revoke the invitation ${visible(wanted)}`,
    );
    await api.delete(`/invites/${inviteId}`);
    context.terminal.show({ inviteId }, () => ['Revoked the invitation; it admits nobody any more.']);
  },
};

async function openInvites(api: ApiClient): Promise<Invites['invites']> {
  const all: Invites['invites'] = [];
  for (let after = ''; ;) {
    const page = await api.get<Invites>(`/invites?limit=200${after}`);
    all.push(...page.invites);
    if (page.next === undefined) return all;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}
