import { type Command, type CommandContext, type CommandInput, wholeNumber } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { formatBytes, formatDuration, formatTime } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { networkErrors } from '../errors.ts';
import { connColumns } from '../records/conn-record.ts';
import type { RecordFormat } from '../records/conn-writer.ts';
import { logColumns } from '../records/log-columns.ts';
import type { ProtocolRecord } from '../records/log-records.ts';
import { isLogged, loggedColumns } from '../records/logged-flow.ts';
import { recordLine } from '../records/record-line.ts';
import { zeekFoot, zeekHead } from '../records/zeek-frame.ts';
import { type FlowQuery, type FlowStore, protocolLogs, type StoredFlow } from '../store/flow-store.ts';
import { alertLines } from './alerts.ts';
import type { OpenLocalNetwork } from './local-network.ts';
import { nothingKept } from './nothing-kept.ts';
import { rangeFrom, rangeOption } from './range-option.ts';
import { formatFrom, formatOption } from './record-format.ts';
import { stateFolderFrom, stateOption } from './state-option.ts';

const SHOWN = '50';
const MOST_SHOWN = 1000;
const PAGE = 1000;
const LOGS = ['conn', ...protocolLogs] as const;

export const flowsCommand = (openLocal: OpenLocalNetwork): Command => ({
  path: ['network', 'flows'],
  summary: 'Flows that are kept here, newest first',
  description:
    "Those that fit, from what network capture --keep and network read --keep have kept. With --format all of them are written,\nwith Zeek's names; with --log what was said in one protocol. A uid shows one flow and all that is known of it.",
  examples: [
    { run: 'holdfast network flows', does: 'The newest of the last day' },
    { run: 'holdfast network flows --address 203.0.113.7 --since 7d', does: 'All that one address did' },
    { run: 'holdfast network flows --conn-state REJ --port 22', does: 'Who was refused at SSH' },
    { run: 'holdfast network flows --text REJECT', does: 'Of flow logs of a VPC: what its rules refused' },
    {
      run: 'holdfast network flows --log dns --format tsv > dns.log',
      does: 'Questions for names, as Zeek writes them',
    },
    { run: 'holdfast network flows CcgrVG4B6zkX0nc1o5', does: 'One flow' },
  ],
  arguments: [{ name: 'UID', about: 'Of one flow', optional: true }],
  options: [
    rangeOption,
    { name: 'address', value: 'A', about: 'Of either end' },
    { name: 'peer', value: 'A', about: 'Of the other end' },
    { name: 'port', value: 'N', about: 'Of either end' },
    { name: 'proto', value: 'P', about: 'tcp, udp, icmp or unknown_transport' },
    { name: 'service', value: 'S', about: 'What is said in it: http, dns, mysql, …' },
    { name: 'conn-state', value: 'C', about: 'How it began and ended: S0, SF, REJ, …' },
    { name: 'text', value: 'T', about: 'Part of what a record says' },
    { name: 'sensor', value: 'S', about: 'Who saw it' },
    { name: 'log', value: 'L', about: `In place of flows: ${protocolLogs.join(', ')}` },
    { name: 'limit', value: 'N', about: `So many are shown; default ${SHOWN}, at most ${MOST_SHOWN}` },
    { ...formatOption, about: 'Write all that fit to standard output, as tsv or jsonl' },
    stateOption,
  ],
  async run(context, input) {
    const format = formatFrom(input, undefined);
    const log = logFrom(input.text('log'));
    const limit = wholeNumber(input.text('limit') ?? SHOWN, { option: 'limit', min: 1, max: MOST_SHOWN });
    const query = { ...queryFrom(context, input), limit };
    const local = await openLocal();
    await using store = await local.openFlows(stateFolderFrom(context, input));
    const [uid] = input.args;
    if (uid !== undefined) {
      await showFlow(context, store, uid);
      return;
    }
    if (format !== null) {
      await context.terminal.write(linesOf(store, { log, format, query, clock: context.clock }));
      return;
    }
    if (log !== 'conn') {
      const { records, next } = await store.logs(log, query);
      const empty = records.length === 0 ? await nothingKept(store, query, `Nothing of ${log} fits.`) : [];
      context.terminal.show({ records, next }, () => [...empty, ...records.map((record) => visible(said(record)))]);
      return;
    }
    const { flows, next } = await store.flows(query);
    const none = flows.length === 0 ? await nothingKept(store, query, 'No flow fits.') : [];
    context.terminal.show({ flows, next }, () => [
      ...none,
      ...(flows.length === 0 ? [] : flowTable(context, flows)),
      ...(next === null ? [] : ['', 'There are more: --limit shows more of them, --format writes all.']),
    ]);
    return;
  },
});

type Log = (typeof LOGS)[number];

/** Throws `usage_invalid`. */
function logFrom(text = 'conn'): Log {
  const found = LOGS.find((each) => each === text);
  if (found) return found;
  throw commandErrors('usage_invalid', { detail: `--log is one of ${protocolLogs.join(', ')}` });
}

/** Throws `usage_invalid`. */
function queryFrom({ clock }: Pick<CommandContext, 'clock'>, input: CommandInput): Omit<FlowQuery, 'limit'> {
  const port = input.text('port');
  return {
    ...rangeFrom(input, clock),
    address: input.text('address'),
    peer: input.text('peer'),
    ...(port === undefined ? {} : { port: wholeNumber(port, { option: 'port', min: 0, max: 65_535 }) }),
    proto: input.text('proto'),
    service: input.text('service'),
    state: input.text('conn-state'),
    text: input.text('text'),
    sensor: input.text('sensor'),
  };
}

async function showFlow(context: CommandContext, store: FlowStore, uid: string): Promise<void> {
  const view = await store.flow(uid);
  if (view === null) throw networkErrors('flow_not_found', { attempted: `Show the flow ${visible(uid)}` });
  context.terminal.show(view, () => [
    ...Object.entries(view.conn).map(([name, value]) => `${name.padEnd(16)} ${visible(String(value))}`),
    ...view.logs.flatMap((record) => ['', visible(said(record))]),
    ...view.notices.flatMap((notice) => ['', ...alertLines(context, notice)]),
  ]);
  return;
}

/** What a record says, on one line: its log, and each field that it has beyond those of its flow. */
function said(record: ProtocolRecord): string {
  const { log, ts, uid, proto: _, ...fields } = record;
  const own = Object.entries(fields).filter(([name]) => !name.startsWith('id.'));
  const told = own.map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : String(value)}`);
  return `${formatTime(ts * 1000)}  ${log}  ${uid}  ${told.join('  ')}`;
}

function flowTable({ terminal }: Pick<CommandContext, 'terminal'>, flows: readonly StoredFlow[]): readonly string[] {
  const columns = ['Time', 'From', 'To', 'Service', 'State'].map((title) => ({ title }));
  const numbers = ['Lasted', 'Sent', 'Received'].map((title) => ({ title, align: 'right' as const }));
  return terminal.table(
    [...columns, ...numbers, { title: 'Uid' }],
    flows.map((flow) => [
      formatTime(flow.ts * 1000),
      visible(endText(flow['id.orig_h'], flow['id.orig_p'])),
      visible(`${endText(flow['id.resp_h'], flow['id.resp_p'])}/${flow.proto}`),
      visible(flow.service ?? '-'),
      isLogged(flow) ? (flow.action ?? '-') : flow.conn_state,
      formatDuration(flow.duration * 1000),
      formatBytes(isLogged(flow) ? flow.orig_ip_bytes : flow.orig_bytes),
      isLogged(flow) ? '-' : formatBytes(flow.resp_bytes),
      visible(flow.uid),
    ]),
  );
}

function endText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

interface Written {
  readonly log: Log;
  readonly format: RecordFormat;
  readonly query: FlowQuery;
  readonly clock: () => number;
}

/** All that fit, page by page: memory is that of one page. */
async function* linesOf(store: FlowStore, { log, format, query, clock }: Written): AsyncGenerator<Uint8Array> {
  const columns = log === 'conn' ? { ...connColumns, sensor: 'string', ...loggedColumns } : logColumns[log];
  const line = recordLine(columns, format);
  if (format === 'tsv') yield Buffer.from(zeekHead(log, columns, clock()));
  let cursor: string | undefined;
  do {
    const asked = { ...query, cursor, limit: PAGE };
    let records: readonly object[];
    let next: string | null;
    if (log === 'conn') ({ flows: records, next } = await store.flows(asked));
    else ({ records, next } = await store.logs(log, asked));
    if (records.length > 0) yield Buffer.from(records.map(line).join(''));
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  if (format === 'tsv') yield Buffer.from(zeekFoot(clock()));
}
