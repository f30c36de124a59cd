/** Reads a capture as the command does, and gives its records as objects. */
import { settingsOf } from '../../../../src/base/settings.ts';
import {
  type ConnRecord,
  openCapture,
  openCaptureStream,
  type ProtocolRecord,
  readFlows,
} from '../../../../src/network/index.ts';
import { LogWriter } from '../../../../src/network/records/log-writer.ts';
import { networkSettings, type NetworkSettings } from '../../../../src/network/settings.ts';
import { type Captured, pcap } from './capture.ts';

export interface FlowsOptions {
  readonly settings?: Partial<NetworkSettings>;
  readonly linkType?: number;
  /** Bytes that each read brings. */
  readonly pieces?: number;
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const linesOf = (text: string): string[] => text.split('\n').filter(Boolean);

/** `capture`: a whole file. `said`: records of protocols. */
export async function flowsOfCapture(
  capture: Uint8Array,
  { settings = {}, pieces = capture.length }: FlowsOptions = {},
) {
  await using input = openCaptureStream(inPieces(capture, Math.max(1, pieces)), 'test.pcap');
  const opened = await openCapture(input.read, input.name);
  const logs = new LogWriter('jsonl', () => 0);
  const flows = readFlows(opened, {
    settings: settingsOf(networkSettings, { networkFlows: 10_000, ...settings }),
    ...{ format: 'jsonl', logs, seed: [1, 2, 3, 4, 5], clock: () => 0, signal: new AbortController().signal },
  });
  let text = '';
  const said: ProtocolRecord[] = [];
  for (;;) {
    const { done, value } = await flows.next();
    for (const { log, bytes } of logs.take()) {
      for (const line of linesOf(bytes.toString()))
        said.push({ log, ...(JSON.parse(line) as object) } as ProtocolRecord);
    }
    if (done) {
      const records = linesOf(text).map((line) => JSON.parse(line) as ConnRecord);
      return { records, said, summary: value, problem: opened.problem };
    }
    text += Buffer.from(value).toString();
  }
}

export async function flowsOf(packets: readonly Captured[], options: FlowsOptions = {}) {
  const { linkType = 1 } = options;
  return await flowsOfCapture(pcap(packets, { linkType }), options);
}
