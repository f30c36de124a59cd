/** Reads a capture as the command does, and gives its records as objects. */
import { settingsOf } from '../../../src/base/settings.ts';
import { type ConnRecord, openCapture, openCaptureStream, readFlows } from '../../../src/network/index.ts';
import { networkSettings, type NetworkSettings } from '../../../src/network/settings.ts';
import { type Captured, pcap } from './capture-bytes.ts';

export interface FlowsOptions {
  readonly settings?: Partial<NetworkSettings>;
  readonly linkType?: number;
  /** Bytes that each read brings. */
  readonly pieces?: number;
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** `capture`: a whole file. */
export async function flowsOfCapture(
  capture: Uint8Array,
  { settings = {}, pieces = capture.length }: FlowsOptions = {},
) {
  await using input = openCaptureStream(inPieces(capture, Math.max(1, pieces)), 'test.pcap');
  const opened = await openCapture(input.read, input.name);
  const flows = readFlows(opened, {
    settings: settingsOf(networkSettings, { networkFlows: 10_000, ...settings }),
    ...{ format: 'jsonl', seed: [1, 2, 3, 4, 5], clock: () => 0, signal: new AbortController().signal },
  });
  let text = '';
  for (;;) {
    const { done, value } = await flows.next();
    if (done) {
      const records = text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as ConnRecord);
      return { records, summary: value, problem: opened.problem };
    }
    text += Buffer.from(value).toString();
  }
}

export async function flowsOf(packets: readonly Captured[], options: FlowsOptions = {}) {
  const { linkType = 1 } = options;
  return await flowsOfCapture(pcap(packets, { linkType }), options);
}
