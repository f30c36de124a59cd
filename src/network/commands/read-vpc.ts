import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandContext, Terminal } from '../../base/commands/command.ts';
import { count, formatBytes } from '../../base/text/quantities.ts';
import type { RecordFormat } from '../records/conn-writer.ts';
import { LOG_LINE, textLines } from '../vpc/text-lines.ts';
import { VpcReader } from '../vpc/vpc-lines.ts';
import { vpcHead, vpcRecord, vpcText } from '../vpc/vpc-record.ts';
import { addToSummary, emptySummary, type VpcSummary } from '../vpc/vpc-summary.ts';
import { openRecordsFile } from './records-file.ts';
import { freshSeed } from '../reading/run-seed.ts';

interface VpcTask {
  /** `-` is standard input. */
  readonly files: readonly string[];
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly format: RecordFormat | null;
  readonly out: string | undefined;
}

const PIECE = 256 * 1024;

/** Flow logs of a VPC: counted, and written as records where they are wanted. */
export async function readVpc({ terminal, signal, workingFolder }: CommandContext, task: VpcTask): Promise<void> {
  const { format, out } = task;
  const summary = emptySummary();
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    const [, , ...seed] = freshSeed();
    let text = format === null ? '' : vpcHead(format);
    for (const name of task.files) {
      signal.throwIfAborted();
      const bytes = name === '-' ? task.stdin : createReadStream(resolve(workingFolder, name), { signal });
      const reader = new VpcReader(name, summary);
      for await (const line of textLines(bytes as AsyncIterable<Uint8Array>, name, LOG_LINE)) {
        const flow = reader.read(line);
        if (flow === null) continue;
        addToSummary(summary, flow);
        if (format === null) continue;
        text += vpcText(vpcRecord(flow, seed, summary.flows), format);
        if (text.length < PIECE) continue;
        yield Buffer.from(text);
        text = '';
      }
    }
    if (text !== '') yield Buffer.from(text);
  };
  if (out !== undefined) {
    await using file = await openRecordsFile(resolve(workingFolder, out));
    for await (const piece of pieces()) await file.write(piece);
    file.keep();
  } else await terminal.write(pieces());
  const lines = (): readonly string[] => vpcLines(terminal, summary);
  if (format !== null && out === undefined) for (const line of lines()) terminal.note(line);
  else terminal.show(summary, lines);
}

export function vpcLines({ styles }: Pick<Terminal, 'styles'>, summary: VpcSummary): readonly string[] {
  const time = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  const unread: readonly (readonly [number, string])[] = [
    [summary.noData, 'windows without traffic (NODATA)'],
    [summary.skipData, 'windows in which the log lost something (SKIPDATA)'],
    [summary.malformed, 'lines that are no flow'],
  ];
  const left = unread.filter(([number]) => number > 0);
  return [
    `Lines    ${summary.lines.toLocaleString('en-US')}`,
    `Flows    ${summary.flows.toLocaleString('en-US')}, one direction each`,
    `Accepted ${summary.accepted.toLocaleString('en-US')}, rejected ${summary.rejected.toLocaleString('en-US')}`,
    `Packets  ${summary.packets.toLocaleString('en-US')}, ${formatBytes(summary.bytes)}`,
    ...(summary.from === null || summary.to === null ? [] : [`Time     ${time(summary.from)} to ${time(summary.to)}`]),
    ...(left.length === 0 ? [] : ['', styles.attention(`Not in any flow: ${count(sum(left), 'line')}`)]),
    ...left.map(([number, what]) => styles.attention(`  ${number.toLocaleString('en-US')} ${what}`)),
  ];
}

function sum(counted: readonly (readonly [number, string])[]): number {
  return counted.reduce((all, [number]) => all + number, 0);
}
