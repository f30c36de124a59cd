import type { Command } from '../../../base/commands/command.ts';
import { commandErrors } from '../../../base/commands/errors.ts';
import { formatBytes, formatTime } from '../../../base/text/quantities.ts';
import { visible } from '../../../base/text/visible.ts';
import type { ReportsReply, ReportView } from '../../moderation/wire.ts';
import { ROOM, roomCalled } from '../find-room.ts';
import { markedName } from '../message-lines.ts';
import { reasonFrom } from './input.ts';

const OUTCOMES = ['acted', 'dismissed'] as const;
const PLACE = { ...ROOM, about: 'Its name; without one: what was reported to the admins', optional: true } as const;

export const listReports: Command = {
  path: ['moderate', 'reports'],
  summary: 'What was reported, with the copies of those who did',
  description:
    'Of a room, for its moderators. Without a room what was reported to the admins: from conversations, and where somebody\nchose so.',
  examples: [
    { run: 'holdfast moderate reports general', does: 'What is open' },
    { run: 'holdfast moderate reports general --all', does: 'What is closed as well' },
    { run: 'holdfast moderate reports --json', does: 'To the admins, for a script' },
  ],
  arguments: [PLACE],
  options: [{ name: 'all', about: 'Those that are closed too' }],
  async run(context, input) {
    const api = await context.signedIn();
    const base = await placeOf(api, input.args[0]);
    const reports: ReportView[] = [];
    for (let after: string | null = ''; after !== null;) {
      const query: string = new URLSearchParams({
        limit: '100',
        ...(input.flag('all') ? { all: 'true' } : {}),
        ...(after === '' ? {} : { after }),
      }).toString();
      const page: ReportsReply = await api.get<ReportsReply>(`${base}?${query}`);
      reports.push(...page.reports);
      after = page.next;
    }
    context.terminal.show({ reports }, () => (reports.length === 0 ? ['There are none.'] : reports.flatMap(linesOf)));
  },
};

export const resolveReport: Command = {
  path: ['moderate', 'resolve'],
  summary: 'Say what became of a report',
  examples: [
    { run: 'holdfast moderate resolve general REPORT --note "Hidden"', does: 'It was acted on' },
    { run: 'holdfast moderate resolve general REPORT --outcome dismissed --note "A quotation"', does: 'It was not' },
    { run: 'holdfast moderate resolve admins REPORT --note "Spoke with both"', does: 'One to the admins' },
  ],
  arguments: [
    { ...ROOM, about: 'Its name; admins: what was reported to these' },
    { name: 'REPORT', about: 'Its id, as moderate reports shows it' },
  ],
  options: [
    { name: 'outcome', value: 'WHAT', about: 'acted (default) or dismissed' },
    { name: 'note', value: 'TEXT', about: 'What became of it; asked for on a terminal' },
  ],
  async run(context, input) {
    const outcome = OUTCOMES.find((each) => each === (input.text('outcome') ?? 'acted'));
    if (!outcome) throw commandErrors('usage_invalid', { detail: `--outcome is one of ${OUTCOMES.join(', ')}` });
    const [place, reportId = ''] = input.args;
    const note = await reasonFrom(context, input, 'note');
    const api = await context.signedIn();
    const base = await placeOf(api, place === 'admins' ? undefined : place);
    await api.post(`${base}/${encodeURIComponent(reportId)}/resolve`, { outcome, note });
    context.terminal.show({ reportId, outcome }, () => ['The report is closed.']);
  },
};

async function placeOf(api: Parameters<typeof roomCalled>[0], room: string | undefined): Promise<string> {
  return room === undefined ? '/chat/reports' : `/chat/rooms/${(await roomCalled(api, room)).roomId}/reports`;
}

function linesOf({ reportId, report }: ReportView): string[] {
  if (!report) return [`${reportId}: sealed to the admins that there were then`, ''];
  const { room, sequence, author, text, files, byHandle, reason, time, resolved } = report;
  const { mark } = author;
  const isProgram = mark === 'bot' || mark === 'program';
  const name = markedName(author.name, { isVisitor: mark === 'visitor', isProgram });
  const where = room === '' ? 'in a conversation' : `in #${visible(room)}`;
  return [
    reportId,
    `  message ${sequence} of ${name} ${where}, reported by ${visible(byHandle)} ${formatTime(Date.parse(time))}`,
    `  why: ${visible(reason)}`,
    ...(text === null ? ['  it was hidden from the reporter already'] : []),
    // A message of files alone has no text.
    ...(text === null || (text === '' && files.length > 0) ? [] : [`  copy: ${visible(text)}`]),
    ...files.map(({ name: called, size }) => `  File ${visible(called)}, ${formatBytes(size)}`),
    ...(resolved ? [`  ${resolved.outcome} by ${visible(resolved.by)}: ${visible(resolved.note)}`] : []),
    '',
  ];
}
