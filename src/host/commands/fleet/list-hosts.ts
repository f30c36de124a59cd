import type { Cell, Command } from '../../../base/commands/command.ts';
import { count, formatRelative } from '../../../base/text/quantities.ts';
import { visible } from '../../../base/text/visible.ts';
import type { HostsReply, HostSummary } from '../../wire.ts';

export const listHostsCommand: Command = {
  path: ['host', 'list'],
  summary: 'The hosts that report to the server, worst first',
  description: 'For admins. What people decided to live with counts for nothing.',
  examples: [
    { run: 'holdfast host list', does: 'How each stands' },
    { run: 'holdfast host list --state silent,late', does: 'Those that owe a report' },
    { run: 'holdfast host list web --json', does: 'Those with “web” in their name, for a script' },
  ],
  arguments: [{ name: 'TEXT', about: 'Part of a name, label, id or system', optional: true }],
  options: [
    { name: 'state', value: 'STATES', about: 'reporting, late, silent, waiting, revoked, imported; with commas' },
  ],
  async run(context, input) {
    const { terminal, clock } = context;
    const api = await context.signedIn();
    const hosts: HostSummary[] = [];
    let after: string | undefined;
    do {
      const query = new URLSearchParams({ limit: '500' });
      const [text, state] = [input.args[0], input.text('state')];
      if (text !== undefined) query.set('q', text);
      if (state !== undefined) query.set('state', state);
      if (after !== undefined) query.set('after', after);
      const page = await api.get<HostsReply>(`/hosts?${query.toString()}`);
      hosts.push(...page.hosts);
      after = page.next;
    } while (after !== undefined);
    terminal.show({ hosts }, () =>
      hosts.length === 0
        ? ['There are none. Let one report with: holdfast host enrol']
        : [
            ...terminal.table(
              [
                { title: 'HOST' },
                { title: 'STATE' },
                { title: 'INDEX', align: 'right' },
                { title: 'OPEN' },
                { title: 'LAST REPORT' },
                { title: 'ID' },
              ],
              hosts.map((host) => row(host, clock())),
            ),
            ...hosts.filter(({ clockIsWrong }) => clockIsWrong).map(clockLine),
          ],
    );
  },
};

function row(host: HostSummary, nowMs: number): readonly Cell[] {
  const { hostname, label, state, index, open, lastReportTime, hostId } = host;
  const told = (['critical', 'high', 'medium', 'low'] as const).filter((severity) => open[severity] > 0);
  const text = told.map((severity) => `${open[severity]} ${severity}`).join(', ');
  const isBad = open.critical + open.high > 0;
  return [
    visible(label === '' ? hostname : `${hostname} (${label})`),
    state === 'reporting' ? state : { text: state, style: 'attention' },
    index === null ? '' : String(index),
    isBad ? { text, style: 'danger' } : text,
    lastReportTime === null ? '' : formatRelative(Date.parse(lastReportTime), nowMs),
    hostId.slice(0, 12),
  ];
}

function clockLine({ hostname, clockOffsetMs }: HostSummary): string {
  const minutes = Math.round(Math.abs(clockOffsetMs ?? 0) / 60_000);
  return `The clock of ${visible(hostname)} is ${count(minutes, 'minute')} ${(clockOffsetMs ?? 0) > 0 ? 'behind' : 'ahead'}.`;
}
