import type { Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';

export const auditExport: Command = {
  path: ['audit', 'export'],
  summary: 'Write all events of the audit trail to standard output',
  description:
    'Who did what, when, to what, oldest first; for admins. Events hold ids and never names of files. One JSON object a\nline, or CSV that is safe to open in a spreadsheet. Exit code 3 means that not all of it arrived.',
  examples: [
    { run: 'holdfast audit export > audit.jsonl', does: 'One JSON object a line' },
    { run: 'holdfast audit export --format csv > audit.csv', does: 'For a spreadsheet' },
    { run: `holdfast audit export | jq 'select(.act == "session.refused")'`, does: 'Who failed to log in' },
  ],
  options: [{ name: 'format', value: 'F', about: 'jsonl (default) or csv' }],
  async run(context, input) {
    const format = input.text('format') ?? 'jsonl';
    if (format !== 'jsonl' && format !== 'csv') {
      throw commandErrors('usage_invalid', { detail: '--format takes jsonl or csv' });
    }
    const api = await context.signedIn();
    const { body } = await api.download(`/audit/export?format=${format}`, { signal: context.signal });
    await context.terminal.write(body);
  },
};
