import type { Command, CommandContext } from '../../base/commands/command.ts';
import { count, formatRelative } from '../../base/text/quantities.ts';
import type { Rotation, RotationRequest, WorkspaceKey } from '../keys/wire.ts';

const MEANING = { writes: 'in force', verifies: 'checks what it once wrote', ready: 'ready, not in force' } as const;

export const showWorkspaceKey: Command = {
  path: ['admin', 'keys', 'show'],
  summary: 'Generations of the workspace key',
  description: 'Each with a fingerprint, which is the same on every server that has the key.',
  examples: [
    { run: 'holdfast admin keys show', does: 'What is in force' },
    { run: 'holdfast admin keys show --json', does: 'To compare servers in a script' },
    { run: 'holdfast admin keys rotate', does: 'A new generation' },
  ],
  async run(context) {
    const view = await (await context.signedIn()).get<WorkspaceKey>('/admin/workspace-key');
    context.terminal.show(view, () => rows(view, context));
  },
};

export const rotateWorkspaceKey: Command = {
  path: ['admin', 'keys', 'rotate'],
  summary: 'Give the workspace key a new generation',
  description:
    'The server adds a key to its key file and to the copies of all admins in both stores, then puts it in force: make a\nnew offline copy of the file afterwards. Passwords move to it at their next login. With several servers, run it with\n--prepare first, carry the key file to the others (in KMS there is none), restart them, then run it again.',
  examples: [
    { run: 'holdfast admin keys rotate', does: 'Asks for your password' },
    { run: 'holdfast admin keys rotate --prepare', does: 'First step with several servers' },
    { run: 'holdfast admin keys rotate --password-file pw', does: 'In a script' },
  ],
  options: [
    { name: 'prepare', about: 'Make the key ready and stop there' },
    { name: 'password-file', value: 'FILE', about: 'Read your password from a file; - is standard input' },
  ],
  async run(context, input) {
    const api = await context.signedIn();
    const prepareOnly = input.flag('prepare');
    const password = await context.prompts.secretFrom(input.text('password-file'), 'Your password');
    const request: RotationRequest = { password, prepareOnly };
    const made = await api.post<Rotation>('/admin/workspace-key/rotate', request);
    context.terminal.show(made, () => [
      prepareOnly
        ? `Generation ${made.generation + 1} is ready. Carry the key file to the other servers, restart them, then run this again.`
        : `Generation ${made.generation} of the workspace key is in force. Make a new offline copy of the key file now.`,
      `${count(made.adminCopies, 'admin')} can rebuild the workspace with it from either store.`,
      ...rows(made, context),
    ]);
  },
};

function rows(view: WorkspaceKey, { terminal, clock }: CommandContext): string[] {
  const now = clock();
  return terminal.table(
    [{ title: 'Generation' }, { title: 'State' }, { title: 'Since' }, { title: 'Fingerprint' }],
    view.keys.map(({ generation, state, sinceTime, fingerprint }) => [
      String(generation),
      state === 'ready' ? { text: MEANING.ready, style: 'attention' } : MEANING[state],
      sinceTime === null ? '' : formatRelative(Date.parse(sinceTime), now),
      fingerprint,
    ]),
  );
}
