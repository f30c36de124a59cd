import type { Terminal } from '../../base/commands/command.ts';
import { count, formatBytes, formatDuration } from '../../base/text/quantities.ts';
import type { Counted, Summary } from '../reading/summary.ts';

/** The summary of a capture, as a person reads it. */
export function summaryLines(terminal: SummaryTerminal, summary: Summary): readonly string[] {
  const { packets, bytes, flows, from, to, durationMs } = summary;
  const counts: readonly (readonly [string, string])[] = [
    ['Packets', packets.toLocaleString('en-US')],
    ['Bytes', formatBytes(bytes)],
    ['Flows', flows.toLocaleString('en-US')],
    ['From', from ?? 'no packet is there'],
    ['To', to ?? ''],
    ['Time', formatDuration(durationMs)],
  ];
  return [
    ...counts.filter(([, value]) => value !== '').map(([name, value]) => `${name.padEnd(8)} ${value}`),
    ...section(terminal.styles.strong('Protocols'), countedTable(terminal, 'Protocol', summary.protocols)),
    ...section(terminal.styles.strong('Most traffic to'), countedTable(terminal, 'Port', summary.ports)),
    ...section(terminal.styles.strong('Most traffic by'), talkerLines(terminal, summary)),
    ...leftLines(summary).map((line) => terminal.styles.attention(line)),
  ];
}

type SummaryTerminal = Pick<Terminal, 'styles' | 'table'>;

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? ['', title, ...lines.map((line) => `  ${line}`)] : [];
}

function countedTable(terminal: SummaryTerminal, title: string, rows: readonly Counted[]): readonly string[] {
  if (rows.length === 0) return [];
  const columns = ['Flows', 'Packets', 'Bytes'].map((each) => ({ title: each, align: 'right' as const }));
  return terminal.table(
    [{ title }, ...columns],
    rows.map(({ name, flows, packets, bytes }) => [
      name,
      flows.toLocaleString('en-US'),
      packets.toLocaleString('en-US'),
      formatBytes(bytes),
    ]),
  );
}

function talkerLines(terminal: SummaryTerminal, { talkers, talkersMayMissBytes }: Summary): readonly string[] {
  if (talkers.length === 0) return [];
  const lines = terminal.table(
    [{ title: 'Address' }, { title: 'Flows', align: 'right' }, { title: 'Bytes', align: 'right' }],
    talkers.map(({ address, flows, bytes }) => [address, flows.toLocaleString('en-US'), formatBytes(bytes)]),
  );
  if (talkersMayMissBytes === 0) return lines;
  return [
    ...lines,
    `More addresses than can be counted: a figure may be up to ${formatBytes(talkersMayMissBytes)} too small.`,
  ];
}

/** What no flow was made of, and why. */
function leftLines({ left, arp, evicted, unread }: Summary): readonly string[] {
  const told: readonly (readonly [number, string])[] = [
    [arp, 'ARP'],
    [left.notIp, 'neither IP nor ARP'],
    [left.cut, 'cut short before their ports: capture with a larger snap length'],
    [left.malformed, 'with lengths that cannot be'],
    [left.lostFragments, 'fragments whose first never came'],
    [left.unknownLink, 'of a kind of link that is not understood'],
    [left.tooDeep, 'in tunnels too deep to look into'],
  ];
  const lines = told.filter(([number]) => number > 0).map(([number, what]) => `  ${count(number, 'packet')} ${what}`);
  return [
    ...(lines.length > 0 ? ['', 'Not in any flow', ...lines] : []),
    ...(evicted > 0
      ? [
          '',
          `${count(evicted, 'flow was', 'flows were')} written early and may come twice: give HOLDFAST_NETWORK_FLOWS more places.`,
        ]
      : []),
    ...(unread > 0
      ? [
          '',
          `Of ${count(unread, 'flow')} not all that was said was read: give HOLDFAST_NETWORK_SESSIONS and HOLDFAST_NETWORK_STREAMS_BYTES more room.`,
        ]
      : []),
  ];
}
