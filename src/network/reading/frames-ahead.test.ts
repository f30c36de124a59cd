import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Captured, pcap } from '../../../test/support/network/bytes/capture.ts';
import { flowsOf } from '../../../test/support/network/bytes/flows-of.ts';
import { tcpFrame, udpFrame } from '../../../test/support/network/bytes/packets.ts';
import { openCapture } from '../capture/capture.ts';
import { openCaptureStream } from '../capture/capture-input.ts';
import { Frame } from '../capture/frame.ts';
import { hashEnd, hashFlow } from '../flows/flow-hash.ts';
import type { FlowTable } from '../flows/flow-table.ts';
import { hashAhead } from '../flows/hash-ahead.ts';
import { FramesAhead } from './frames-ahead.ts';

const ENDS = { from: '192.168.1.2', to: '192.0.2.1' };
const BACK = { from: ENDS.to, to: ENDS.from };
const START = 1_700_000_000_000_000;
const PACKETS: readonly Captured[] = Array.from({ length: 50 }, (_, index) => ({
  atUs: START + index,
  frame: udpFrame(ENDS, 5000 + index, 53, [index]),
}));

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

for (const isLarge of [false, true]) {
  test(`frames come one by one and whole wherever a capture is cut into pieces, with ${isLarge ? 'many flows' : 'few'}`, async () => {
    const bytes = pcap(PACKETS);
    for (const size of [1, 100, 777, bytes.length]) {
      await using input = openCaptureStream(inPieces(bytes, size), 'test.pcap');
      const capture = await openCapture(input.read, input.name);
      const looked: number[] = [];
      const lookAhead: FlowTable['lookAhead'] = (_bytes, _frames, count) => void looked.push(count);
      const frames = new FramesAhead(capture, { isLarge, lookAhead });
      const seen: Captured[] = [];
      do {
        for (let frame = frames.next(); frame !== null; frame = frames.next()) {
          const { from, captured, timeUs } = frame;
          seen.push({ atUs: timeUs, frame: [...capture.bytes.subarray(from, from + captured)] });
          // However many were read, those are counted that were given out.
          assert.equal(frames.packets, seen.length);
        }
      } while (await capture.fill());
      assert.deepEqual(seen, PACKETS);
      if (size === bytes.length) assert.equal(Math.max(0, ...looked), isLarge ? 16 : 0);
    }
  });
}

test('the flow of a frame is looked for ahead where it is found later, in both directions, and nothing is read behind a frame', () => {
  const seed = { first: 7, second: 8 };
  const hashOf = (bytes: readonly number[], captured = bytes.length): number =>
    hashAhead(seed, Uint8Array.from(bytes), Object.assign(new Frame(), { from: 0, captured, linkType: 1 }));
  const [one, other] = [hashEnd(seed, 0xc0a80102, 0, 0, 0, 5000), hashEnd(seed, 0xc0000201, 0, 0, 0, 53)];
  assert.equal(hashOf(udpFrame(ENDS, 5000, 53)), hashFlow(one, other, 17));
  assert.equal(hashOf(udpFrame(BACK, 53, 5000)), hashFlow(one, other, 17));
  assert.equal(hashOf(tcpFrame(ENDS, { source: 5000, target: 53 })), hashFlow(one, other, 6));
  assert.equal(hashOf(udpFrame(ENDS, 5000, 53), 37), 0);
  assert.equal(hashOf([]), 0);
});

test('flows are the same where so many are open that they are looked for ahead', async () => {
  const flows = 16_500;
  const packets = Array.from({ length: flows * 2 }, (_, index): Captured => {
    const port = 1000 + (index % flows);
    return { atUs: START + index, frame: index < flows ? udpFrame(ENDS, port, 53) : udpFrame(BACK, 53, port) };
  });
  const { records } = await flowsOf(packets, { settings: { networkFlows: 20_000 } });
  assert.equal(records.length, flows);
  assert.ok(records.every((each) => each.orig_pkts === 1 && each.resp_pkts === 1));
});
