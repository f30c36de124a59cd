import type { ApiClient, Command, CommandContext, CommandInput } from '../../../base/commands/command.ts';
import { commandErrors } from '../../../base/commands/errors.ts';
import { wholeNumber } from '../../../base/commands/command.ts';
import { reservePrivateFile } from '../../../base/commands/private-file.ts';
import { formatTime } from '../../../base/text/quantities.ts';
import { quoted, visible } from '../../../base/text/visible.ts';
import type { EnrolmentBody, EnrolmentMade, EnrolmentsReply } from '../../wire.ts';
import { hostCalled } from './find-host.ts';

const PARTS = ['host', 'buckets', 'network'] as const;
const MINUTE_MS = 60_000;

export const enrolCommand: Command = {
  path: ['host', 'enrol'],
  summary: 'Make a token that lets one host report to the server, once',
  description:
    'For admins. The token is shown this once; it is good for an hour unless you say otherwise. On the host it is used by\nholdfast agent, which gets a token of its own: that opens no key and no file, and reports for this host alone.',
  examples: [
    { run: 'holdfast host enrol --label "Shop, Berlin" --out token', does: 'Into a file that you alone can read' },
    { run: 'holdfast host enrol --with host,buckets --valid 10', does: 'Good for ten minutes, for buckets as well' },
    { run: 'holdfast host enrol --for web-1', does: 'For a host that is known: its token before is replaced' },
    { run: 'holdfast host enrol --list', does: 'Those that wait, and who used the others' },
  ],
  options: [
    { name: 'label', value: 'TEXT', about: 'What people call the host' },
    { name: 'with', value: 'PARTS', about: 'What it may report: host (default), host,buckets, host,network' },
    { name: 'valid', value: 'MINUTES', about: 'How long it can be used, 1 to 10080 (default: as the server says)' },
    { name: 'for', value: 'HOST', about: 'Good for this host alone: its name, label or id' },
    { name: 'out', value: 'FILE', about: 'Write the token to a new file instead of showing it' },
    { name: 'list', about: 'Only show the enrolments there are' },
    { name: 'withdraw', value: 'ID', about: 'Only withdraw this one' },
  ],
  async run(context, input) {
    const api = await context.signedIn();
    if (input.flag('list')) return await list(context, api);
    const withdrawn = input.text('withdraw');
    if (withdrawn !== undefined) return await withdraw(context, api, withdrawn);
    const wanted = await wantedFrom(api, input);
    const out = input.text('out');
    await using file = out === undefined ? undefined : await reservePrivateFile(context.workingFolder, out);
    const { enrolment, token } = await api.post<EnrolmentMade>('/hosts/enrolments', wanted);
    await file?.write(`${token}\n`);
    const url = visible(api.url);
    context.terminal.show({ enrolment, ...(file ? { file: file.path } : { token }) }, () => [
      ...(file ? [`The token is in ${quoted(file.path)}.`] : [token, 'It is shown this once.']),
      `It enrols one host until ${formatTime(Date.parse(enrolment.expiresTime))}. With it in a file on the host:`,
      `  sudo holdfast agent --server ${url} --token-file token --with ${enrolment.with.join(',')} --state /var/lib/holdfast-agent`,
    ]);
  },
};

async function wantedFrom(api: ApiClient, input: CommandInput): Promise<EnrolmentBody> {
  const words = (input.text('with') ?? 'host').split(',').map((word) => word.trim());
  const parts = PARTS.filter((part) => words.includes(part));
  if (parts.length !== new Set(words).size) {
    throw commandErrors('usage_invalid', { detail: `--with takes ${PARTS.join(', ')}, with commas` });
  }
  const valid = input.text('valid');
  const minutes = valid === undefined ? null : wholeNumber(valid, { option: 'valid', min: 1, max: 10_080 });
  const known = input.text('for');
  const label = input.text('label');
  return {
    with: parts,
    ...(label === undefined ? {} : { label }),
    ...(minutes === null ? {} : { validMs: minutes * MINUTE_MS }),
    ...(known === undefined ? {} : { hostId: (await hostCalled(api, known)).hostId }),
  };
}

async function list({ terminal }: CommandContext, api: ApiClient): Promise<void> {
  const reply = await api.get<EnrolmentsReply>('/hosts/enrolments');
  terminal.show(reply, () =>
    reply.enrolments.length === 0
      ? ['There are none.']
      : terminal.table(
          [
            { title: 'ID' },
            { title: 'LABEL', cut: true },
            { title: 'STATE' },
            { title: 'UNTIL' },
            { title: 'USED BY' },
          ],
          reply.enrolments.map(({ enrolmentId, label, state, expiresTime, used }) => [
            enrolmentId,
            visible(label),
            state,
            formatTime(Date.parse(expiresTime)),
            used ? visible(used.hostname) : '',
          ]),
        ),
  );
}

async function withdraw({ terminal }: CommandContext, api: ApiClient, enrolmentId: string): Promise<void> {
  await api.delete(`/hosts/enrolments/${encodeURIComponent(enrolmentId)}`);
  terminal.show({ enrolmentId }, () => ['Nobody can use it any more.']);
}
