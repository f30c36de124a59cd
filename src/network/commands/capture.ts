import { type Command, type CommandContext, type CommandInput, wholeNumber } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { durationMs } from '../../base/commands/duration-option.ts';
import { count } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { analyse, type AnalysisProgress } from '../analysing/analyse.ts';
import { openCapture } from '../capture/capture.ts';
import { findCaptureTool } from '../live-capture/capture-tool.ts';
import { listInterfaces } from '../live-capture/interfaces.ts';
import { startCapture } from '../live-capture/start-capture.ts';
import { openRing } from '../live-capture/ring.ts';
import { networkErrors } from '../errors.ts';
import { ProcessOfFlow } from '../here/process-of-flow.ts';
import { type KeptFlows, openKeptFlows } from './kept-flows.ts';
import type { LocalNetwork, OpenLocalNetwork } from './local-network.ts';
import { MYSQL_PORT, type MysqlLogChoice, mysqlLogOfKept, mysqlLogOptions } from './mysql-log-option.ts';
import { formatByName } from './record-format.ts';
import { openRecordsSink } from './records-sink.ts';
import { ringFrom, ringOptions } from '../../base/commands/ring-option.ts';
import { freshSeed } from '../reading/run-seed.ts';
import { type DatabaseLog, openDatabaseLog } from '../reporting/database-log.ts';
import { MysqlLogTail } from '../reporting/mysql-log-tail.ts';
import { stateFolderFrom, stateOption } from './state-option.ts';
import { summaryLines } from './summary-lines.ts';

const DAY_MS = 86_400_000;

export const captureCommand = (openLocal: OpenLocalNetwork): Command => ({
  path: ['network', 'capture'],
  summary: 'What crosses the wire right now, until Ctrl-C or for a time',
  description:
    'tcpdump (or dumpcap) takes the packets in a process of its own that gives up all other rights; they are made into flows here.\nPackets that the system had to drop are counted and told. With --out the flows are written as they end, without it they are only\ncounted. With --keep, as root, what the log of a MariaDB or MySQL server on this computer says of refused logins is joined with the flows\nthat carried them. It sends nothing anywhere.',
  examples: [
    { run: 'sudo holdfast network capture -i eth0 --for 1m', does: 'A minute of an interface' },
    { run: 'sudo holdfast network capture -i any --filter "not port 22" --out flows.jsonl', does: 'Flows as they end' },
    { run: 'sudo holdfast network capture -i eth0 --keep', does: 'Keeps flows, and finds what is wrong about them' },
    { run: 'sudo holdfast network capture -i eth0 --ring /var/pcap --ring-mib 4096', does: 'Also keeps the packets' },
    { run: 'holdfast network capture --list-interfaces', does: 'What there is to capture on' },
  ],
  options: [
    { name: 'interface', short: 'i', value: 'IF', about: 'The interface; any is all of them' },
    { name: 'filter', value: 'BPF', about: 'Only these packets, as tcpdump takes it: "tcp port 443"' },
    { name: 'for', value: 'TIME', about: 'End after this time: 90s, 10m, 1h (default: Ctrl-C ends it)' },
    {
      name: 'out',
      value: 'FILE',
      about: 'Write the flows there: JSON Lines if it ends in .jsonl, with who holds each, else as Zeek does',
    },
    { name: 'snap', value: 'BYTES', about: 'So much of each packet (default: HOLDFAST_NETWORK_SNAP_BYTES)' },
    ...ringOptions,
    {
      name: 'keep',
      about: 'Keep flows on this computer (HOLDFAST_FLOWS), with who holds each, and look for what is wrong about them',
    },
    ...mysqlLogOptions,
    stateOption,
    { name: 'list-interfaces', about: 'Only show what there is to capture on' },
  ],
  async run(context, input) {
    if (input.flag('list-interfaces')) return await showInterfaces(context);
    const device = input.text('interface');
    if (device === undefined) throw commandErrors('usage_invalid', { detail: 'no interface is named: -i IF' });
    await captureHere(context, input, await openLocal(), device);
  },
});

async function showInterfaces({ terminal }: CommandContext): Promise<void> {
  const interfaces = await listInterfaces(findCaptureTool());
  terminal.show(interfaces, () =>
    terminal.table(
      [{ title: 'Interface' }, { title: 'State' }],
      interfaces.map(({ name, about }) => [name, about]),
    ),
  );
}

async function captureHere(context: CommandContext, input: CommandInput, local: LocalNetwork, device: string) {
  const { settings } = local;
  const { terminal, clock, workingFolder, signal } = context;
  const snap = input.text('snap');
  const out = input.text('out');
  const forText = input.text('for');
  const forMs = forText === undefined ? null : durationMs(forText, { option: 'for', maxMs: 24 * DAY_MS });
  const choice = {
    interface: device,
    filter: input.text('filter') ?? null,
    snapBytes:
      snap === undefined ? settings.networkSnapBytes : wholeNumber(snap, { option: 'snap', min: 64, max: 262_144 }),
    bufferKib: settings.networkBufferKib,
  };
  const chosenRing = ringFrom(input, workingFolder);
  const chosenLog = mysqlLogOfKept(input, workingFolder);
  // One that is named has to be there, or somebody relies on what nobody watches.
  if (chosenLog.path !== null) await new MysqlLogTail(chosenLog.path).read();
  await using ring = chosenRing && (await openRing({ ...chosenRing, clock }));
  await using records = out === undefined ? null : await openRecordsSink(out, formatByName(out), context);
  const warn = (line: string): void => terminal.warn(visible(line));
  const stateFolder = stateFolderFrom(context, input);
  await using kept = input.flag('keep') ? await openKeptFlows(local, { stateFolder, isLive: true, warn }) : null;
  await using live = await startCapture(choice, ring ? { onBytes: (bytes) => ring.write(bytes) } : {});
  terminal.note(`Capturing on ${device} by ${live.tool}; Ctrl-C ends it.`);
  if (live.tellsDropsLast) {
    terminal.note(
      `Whether packets are dropped is unknown until it ends: ${live.tool} tells then. tcpdump tells as it goes.`,
    );
  }
  await using database = kept && watchedLog(context, chosenLog, { local, kept });
  signal.addEventListener('abort', live.stop, { once: true });
  if (signal.aborted) live.stop();
  const timer = forMs === null ? undefined : setTimeout(live.stop, forMs);
  using progress = terminal.progress({ verb: 'Capturing', totalBytes: 0, totalFiles: 0 });
  let bytes = 0;
  const onProgress = (now: AnalysisProgress): void => {
    progress.bytes(now.bytes - bytes);
    bytes = now.bytes;
    progress.file(progressText(now));
  };
  try {
    const capture = await openCapture(live.read, device);
    const summary = await analyse(capture, {
      ...{ settings, seed: freshSeed(), sensor: 'local', clock, live, onProgress },
      ...(database ? { detections: database.detections, onFlowsOver: database.lastLook } : {}),
      ...(kept || records ? { processes: new ProcessOfFlow() } : {}),
      async sink(batch) {
        await records?.sink(batch);
        await kept?.sink(batch);
      },
      signal: new AbortController().signal,
    });
    await records?.finish();
    if (kept) terminal.note(`${count(kept.alerts(), 'alert')}: holdfast network alerts`);
    const dropped = live.dropped();
    const failure = live.failure();
    terminal.show({ interface: device, tool: live.tool, ...summary, dropped }, () => [
      ...summaryLines(terminal, summary),
      ...droppedLines(dropped).map((line) => terminal.styles.attention(line)),
    ]);
    if (failure !== null) {
      throw networkErrors('network_capture_ended', {
        attempted: `Capture on ${device}`,
        detail: `${live.tool}: ${failure}`,
      });
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', live.stop);
  }
}

interface Watching {
  readonly local: LocalNetwork;
  readonly kept: KeptFlows;
}

/** What the database refuses becomes alerts beside those of the wire, as in an agent. */
function watchedLog(
  { terminal, clock }: Pick<CommandContext, 'terminal' | 'clock'>,
  { path, port }: MysqlLogChoice,
  { local, kept }: Watching,
): DatabaseLog {
  return openDatabaseLog({
    ...{ detections: kept.detections, clock, againSeconds: local.settings.networkAlertAgainMs / 1000 },
    async findLog(signal) {
      const found = path === null ? await local.findMysqlLog(signal) : { path, port: MYSQL_PORT };
      return found && { ...found, port: port ?? found.port };
    },
    onFound: (found) => terminal.note(visible(`Refused logins are watched as well, in ${found.path}.`)),
    onTrouble: (line) => terminal.warn(visible(line)),
  });
}

function progressText({ packets, flows, open, dropped }: AnalysisProgress): string {
  return [
    count(packets, 'packet'),
    `${count(flows, 'flow')} ended, ${open.toLocaleString('en-US')} open`,
    ...(dropped > 0 ? [`${dropped.toLocaleString('en-US')} dropped`] : []),
  ].join(', ');
}

function droppedLines(dropped: number): readonly string[] {
  if (dropped === 0) return [];
  return [
    '',
    `${count(dropped, 'packet was', 'packets were')} dropped before anybody saw them: figures are too small. Give HOLDFAST_NETWORK_BUFFER_KIB more, or use a filter.`,
  ];
}
