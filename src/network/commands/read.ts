import { basename, resolve } from 'node:path';
import type { Command, CommandContext, CommandInput, Progress } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import { analyse } from '../analysing/analyse.ts';
import { openCapture } from '../capture/capture.ts';
import { type CaptureInput, openCaptureFile, openCaptureStream } from '../capture/capture-input.ts';
import { openFilteredCapture } from '../live-capture/filter-input.ts';
import { readFlows } from '../reading/read-capture.ts';
import type { Summary } from '../reading/summary.ts';
import type { RecordFormat } from '../records/conn-writer.ts';
import { LogWriter } from '../records/log-writer.ts';
import { openLogsFolder } from './logs-folder.ts';
import { keepBounds } from './keep-bounds.ts';
import { keepVpc } from './keep-vpc.ts';
import { openKeptFlows } from './kept-flows.ts';
import type { LocalNetwork, OpenLocalNetwork } from './local-network.ts';
import { formatFrom, formatOption } from './record-format.ts';
import { readArchives } from './read-archive.ts';
import { readVpc } from './read-vpc.ts';
import { openRecordsFile } from './records-file.ts';
import { beginCapture, withContentId } from '../store/same-capture.ts';
import { freshSeed } from '../reading/run-seed.ts';
import { stateFolderFrom, stateOption } from './state-option.ts';
import { summaryLines } from './summary-lines.ts';

export const readCommand = (openLocal: OpenLocalNetwork): Command => ({
  path: ['network', 'read'],
  summary: 'What crossed the wire, from a capture in pcap or pcapng format',
  description:
    "Says who spoke with whom, how much and when. With --format or --out it writes a record for each flow with the fields\nof Zeek's conn.log, the community id among them; with --logs also names asked for, logins, certificates, requests. It sends nothing anywhere.",
  examples: [
    { run: 'holdfast network read -r monday.pcap', does: 'A summary' },
    { run: 'holdfast network read -r monday.pcap --out conn.log', does: 'Every flow, as Zeek writes them' },
    { run: 'holdfast network read -r monday.pcap --format jsonl | grep REJ', does: 'One JSON object for each flow' },
    {
      run: 'holdfast network read -r monday.pcap --logs monday',
      does: 'Flows, and what was said in them, as Zeek writes it',
    },
    { run: 'holdfast network read -r monday.pcap host 192.0.2.7 and tcp', does: 'Only some of its packets' },
    { run: 'holdfast network read --vpc flows.log.gz --out vpc.jsonl', does: 'Flow logs of an AWS VPC' },
    {
      run: 'holdfast network read --vpc mon.log.gz --vpc tue.log.gz --keep',
      does: 'Flow logs of two days, kept and looked through like a capture',
    },
    {
      run: 'age -d -i archive.key day.jsonl.gz.age | holdfast network read --archive - --keep',
      does: 'A day that a server archived, kept here to be looked at',
    },
    { run: 'sudo tcpdump -i eth0 -w - | holdfast network read -r -', does: 'From a program that captures' },
  ],
  usage: '-r FILE [FILTER...]',
  arguments: [
    {
      name: 'FILTER',
      about: 'Only these packets, as tcpdump takes it (which has to be installed): tcp port 443',
      optional: true,
      many: true,
    },
  ],
  options: [
    {
      name: 'vpc',
      value: 'FILE',
      many: true,
      about: 'Flow logs of an AWS VPC instead, in text, packed or not; - is standard input',
    },
    {
      name: 'archive',
      value: 'FILE',
      many: true,
      about:
        'A day of flows that a server archived, opened by age -d; - is standard input. With --keep it is kept again',
    },
    { name: 'read', short: 'r', value: 'FILE', about: 'The capture; - is standard input' },
    formatOption,
    {
      name: 'out',
      value: 'FILE',
      about: 'Write the flows there; the format goes by its ending, tsv unless that is .jsonl',
    },
    {
      name: 'logs',
      value: 'DIR',
      about: 'Read protocols as well, and write conn.log, dns.log, http.log, … into this new folder',
    },
    { name: 'keep', about: 'Keep the flows on this computer (HOLDFAST_FLOWS), and look for what is wrong about them' },
    {
      name: 'flows-only',
      about: 'With --keep, for large captures: flows alone, neither what was said in them nor what is wrong about them',
    },
    stateOption,
  ],
  async run(context, input) {
    const [source, out, folder] = [input.text('read'), input.text('out'), input.text('logs')];
    const flowLogs = input.list('vpc');
    const archives = input.list('archive');
    if ([source !== undefined, flowLogs.length > 0, archives.length > 0].filter(Boolean).length !== 1) {
      throw commandErrors('usage_invalid', {
        detail: 'what to read is said by -r FILE, by --vpc FILE or by --archive FILE, one of them',
      });
    }
    if (input.flag('flows-only') && !input.flag('keep')) {
      throw commandErrors('usage_invalid', { detail: '--flows-only is for --keep' });
    }
    if (archives.length > 0) return await readArchives(context, input, archives, await openLocal());
    if (source === undefined) return await flowLogsOfVpc(context, input, await openLocal());
    if (out !== undefined && folder !== undefined) {
      throw commandErrors('usage_invalid', { detail: '--logs writes conn.log into its folder: leave out --out' });
    }
    const format = formatFrom(input, folder ?? out);
    if (input.flag('keep') && format !== null) {
      throw commandErrors('usage_invalid', { detail: '--keep stands alone: no --format, --out or --logs beside it' });
    }
    const local = await openLocal();
    await using capture = await openInput(context, source, local, input.args.join(' '));
    using progress = context.terminal.progress({ verb: 'Reading', totalBytes: capture.bytes, totalFiles: 1 });
    // The end of a pipe is an end like any other: what came until then is what was asked for.
    const signal = source === '-' ? new AbortController().signal : context.signal;
    const isKept = input.flag('keep');
    const task = { capture, local, progress, out, folder, format, signal };
    const { summary, problem } = isKept ? await keep(context, input, task) : await read(context, task);
    const lines = (): readonly string[] => summaryLines(context.terminal, summary);
    if (format !== null && out === undefined && folder === undefined)
      for (const line of lines()) context.terminal.note(line);
    else context.terminal.show(summary, lines);
    if (problem) throw problem;
  },
});

async function flowLogsOfVpc(context: CommandContext, input: CommandInput, local: LocalNetwork): Promise<void> {
  const out = input.text('out');
  if (input.text('logs') !== undefined || input.args.length > 0) {
    throw commandErrors('usage_invalid', { detail: 'flow logs have no packets: --logs and filters are for -r FILE' });
  }
  if (input.flag('keep')) return await keepVpc(context, input, local);
  await readVpc(context, { files: input.list('vpc'), stdin: local.stdin, out, format: formatFrom(input, out) });
}

/** `filter`: '' takes every packet. */
async function openInput(
  { workingFolder, signal }: CommandContext,
  source: string,
  { stdin }: LocalNetwork,
  filter: string,
): Promise<CaptureInput> {
  if (filter !== '') {
    return source === '-'
      ? await openFilteredCapture(stdin, 'standard input', filter)
      : await openFilteredCapture(resolve(workingFolder, source), source, filter);
  }
  return source === '-'
    ? openCaptureStream(stdin, 'standard input', laterThan(signal))
    : await openCaptureFile(resolve(workingFolder, source));
}

/** Ctrl-C reaches the program that captures as well: it has this long to say its last packets and end. */
const LAST_PACKETS_MS = 2000;

function laterThan(signal: AbortSignal): AbortSignal {
  const later = new AbortController();
  const begin = (): void => void setTimeout(() => later.abort(), LAST_PACKETS_MS).unref();
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return later.signal;
}

interface Task {
  readonly capture: CaptureInput;
  readonly local: LocalNetwork;
  readonly progress: Progress;
  readonly out: string | undefined;
  readonly folder: string | undefined;
  readonly format: RecordFormat | null;
  readonly signal: AbortSignal;
}

/** Writes the records, where they are wanted. A capture that ends badly has a problem beside what came before. */
async function read({ terminal, clock, workingFolder }: CommandContext, task: Task) {
  const { capture: input, local, progress, out, folder, format, signal } = task;
  const capture = await openCapture(input.read, input.name);
  let position = 0;
  let summary: Summary | undefined;
  const logs = folder === undefined || format === null ? null : new LogWriter(format, clock);
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    summary = yield* readFlows(capture, {
      ...{ settings: local.settings, format, logs, seed: freshSeed(), clock, signal },
      onPosition(bytes) {
        progress.bytes(bytes - position);
        position = bytes;
      },
    });
  };
  if (logs !== null && folder !== undefined) {
    await using files = await openLogsFolder(resolve(workingFolder, folder), format === 'jsonl' ? '.jsonl' : '.log');
    for await (const piece of pieces()) {
      await files.write('conn', piece);
      for (const { log, bytes } of logs.take()) await files.write(log, bytes);
    }
    files.keep();
  } else if (out !== undefined) {
    await using file = await openRecordsFile(resolve(workingFolder, out));
    for await (const piece of pieces()) await file.write(piece);
    file.keep();
  } else await terminal.write(copied(pieces()));
  if (summary === undefined) throw new TypeError('Nobody counted');
  return { summary, problem: capture.problem };
}

/** Reading so much takes longer than a thread takes to begin. */
const LARGE_BYTES = 64 * 2 ** 20;

/** Into the store of this computer, with what is wrong about it, unless flows alone are asked for. */
async function keep(context: CommandContext, input: CommandInput, { capture: from, local, progress, signal }: Task) {
  const { read: readOn, seed } = await beginCapture(from.read);
  const capture = await openCapture(readOn, from.name);
  const warn = (line: string): void => context.terminal.warn(visible(line));
  const stateFolder = stateFolderFrom(context, input);
  const isFlowsOnly = input.flag('flows-only');
  await using store = isFlowsOnly ? await local.openFlows(stateFolder) : null;
  await using bounds = store && keepBounds(store, { settings: local.settings, clock: context.clock, warn });
  // Packets are read on while it packs and writes what came of those before. A small capture is stored before it would have begun; how
  // large one is that comes through a pipe (0) is not known.
  const isSmall = from.bytes > 0 && from.bytes < LARGE_BYTES;
  await using writer = (isSmall ? null : store?.openWriter()) ?? null;
  const into = writer ?? store;
  await using kept = isFlowsOnly ? null : await openKeptFlows(local, { stateFolder, isLive: false, warn });
  let [position, known] = [0, 0];
  const summary = await analyse(capture, {
    ...{ settings: local.settings, seed, clock: context.clock, signal },
    sensor: `upload:${basename(from.name)}`.slice(0, 200),
    ...(kept ? { detections: kept.detections } : { protocols: false }),
    async sink(analysed) {
      const batch = withContentId(analysed);
      if (into !== null && !(await into.add(batch))) known += batch.columns.count;
      bounds?.look();
      await kept?.sink(batch);
    },
    onPosition(bytes) {
      progress.bytes(bytes - position);
      position = bytes;
    },
  });
  if (kept) context.terminal.note(`${count(kept.alerts(), 'alert')}: holdfast network alerts`);
  known += kept?.known() ?? 0;
  if (known > 0) context.terminal.note(`${count(known, 'flow')} of it had been kept before, and stand there once.`);
  return { summary, problem: capture.problem };
}

/** Standard output may hold on to a piece for longer than it is valid. */
async function* copied(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield Uint8Array.from(piece);
}
