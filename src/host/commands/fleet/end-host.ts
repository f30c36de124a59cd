import type { Command } from '../../../base/commands/command.ts';
import { commandErrors } from '../../../base/commands/errors.ts';
import { visible } from '../../../base/text/visible.ts';
import { HOST, hostCalled } from './find-host.ts';

export const revokeHostCommand: Command = {
  path: ['host', 'revoke'],
  summary: 'Refuse what a host sends from now on; what it reported stays',
  description: 'For admins. It reports again only with another enrolment.',
  examples: [
    { run: 'holdfast host revoke web-1', does: 'Its token is worth nothing any more' },
    { run: 'holdfast host list --state revoked', does: 'Those that were' },
    { run: 'holdfast host enrol --for web-1', does: 'Let it in again' },
  ],
  arguments: [HOST],
  async run(context, input) {
    const api = await context.signedIn();
    const { hostId, hostname } = await hostCalled(api, input.args[0]);
    await api.post(`/hosts/${hostId}/revoke`);
    context.terminal.show({ hostId, state: 'revoked' }, () => [
      `What ${visible(hostname)} sends is refused from now on.`,
    ]);
  },
};

export const forgetHostCommand: Command = {
  path: ['host', 'forget'],
  summary: 'Forget a host that is gone for good',
  description: 'For admins. Its token, its history, its facts and rules go, and its findings are closed.',
  examples: [
    { run: 'holdfast host forget web-1', does: 'Asks before it does' },
    { run: 'holdfast host forget 3f9c01ab --yes', does: 'By the beginning of its id, from a script' },
    { run: 'holdfast host list --state silent', does: 'Those that may be gone' },
  ],
  arguments: [HOST],
  options: [{ name: 'yes', about: 'Do not ask' }],
  async run(context, input) {
    const api = await context.signedIn();
    const { hostId, hostname } = await hostCalled(api, input.args[0]);
    if (!input.flag('yes')) {
      if (!context.prompts.interactive) throw commandErrors('usage_invalid', { detail: 'give --yes to go on' });
      const answer = await context.prompts.line(
        `All that is kept of ${visible(hostname)} goes, and nobody can bring it back. Type “yes”`,
      );
      if (answer.trim().toLowerCase() !== 'yes') throw commandErrors('usage_invalid', { detail: 'nothing was done' });
    }
    await api.delete(`/hosts/${hostId}`);
    context.terminal.show({ hostId }, () => [`${visible(hostname)} is forgotten.`]);
  },
};
