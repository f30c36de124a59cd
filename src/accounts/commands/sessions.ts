import type { Command } from '../../base/commands/command.ts';
import { formatRelative } from '../../base/text/quantities.ts';
import { quoted } from '../../base/text/visible.ts';
import { accountErrors } from '../errors.ts';
import type { SessionsReply } from '../wire.ts';

export const sessions: Command = {
  path: ['account', 'sessions'],
  summary: 'List where you are logged in',
  examples: [
    { run: 'holdfast account sessions', does: 'All of them, the last used first' },
    { run: 'holdfast account revoke 9d1e2f', does: 'End one, by its id or the end of it' },
    { run: 'holdfast account sessions --json', does: 'For a script' },
  ],
  async run(context) {
    const reply = await (await context.signedIn()).get<SessionsReply>('/sessions');
    const now = context.clock();
    const sorted = reply.sessions.toSorted((one, other) => (one.lastUsedTime < other.lastUsedTime ? 1 : -1));
    context.terminal.show(reply, () =>
      context.terminal.table(
        [
          { title: 'Session' },
          { title: 'Device', cut: true },
          { title: 'Last used' },
          { title: 'Since' },
          { title: '' },
        ],
        sorted.map((each) => [
          each.sessionId,
          each.device,
          formatRelative(Date.parse(each.lastUsedTime), now),
          formatRelative(Date.parse(each.createdTime), now),
          each.current ? { text: 'this one', style: 'strong' } : '',
        ]),
      ),
    );
  },
};

export const revokeSession: Command = {
  path: ['account', 'revoke'],
  summary: 'End one of your sessions',
  description: 'That computer has to log in again. To end the session of this one: holdfast logout.',
  examples: [
    { run: 'holdfast account revoke 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f', does: 'By its id' },
    { run: 'holdfast account revoke 9d1e2f', does: 'By the end of its id, six characters or more' },
    { run: 'holdfast account sessions', does: 'Where the ids are' },
  ],
  arguments: [{ name: 'SESSION', about: 'Id of the session, or the end of it' }],
  async run(context, input) {
    const wanted = (input.args[0] ?? '').toLowerCase();
    const attempted = `End the session ${wanted}`;
    const api = await context.signedIn();
    const found = (await api.get<SessionsReply>('/sessions')).sessions.filter(
      ({ sessionId }) =>
        sessionId === input.args[0] || (wanted.length >= 6 && sessionId.toLowerCase().endsWith(wanted)),
    );
    const [session] = found;
    if (!session) throw accountErrors('session_not_found', { attempted });
    if (found.length > 1) throw accountErrors('session_not_found', { attempted, detail: 'several ids end like this' });
    await api.delete(`/sessions/${encodeURIComponent(session.sessionId)}`);
    context.terminal.show({ sessionId: session.sessionId }, () => [
      `Ended the session of ${quoted(session.device)}.`,
      ...(session.current ? ['That was the one of this computer; log in again.'] : []),
    ]);
  },
};
