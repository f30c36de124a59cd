import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import {
  block,
  type Captured,
  interfaceBlock,
  number,
  packetBlock,
  pcap,
  pcapng,
  section,
} from '../../../test/support/network/bytes/capture.ts';
import { flowsOfCapture } from '../../../test/support/network/bytes/flows-of.ts';
import { udpFrame } from '../../../test/support/network/bytes/packets.ts';
import { Frame } from './frame.ts';
import { openCapture } from './capture.ts';
import { openCaptureStream } from './capture-input.ts';

const ENDS = { from: '192.168.1.2', to: '192.0.2.1' };
const FRAME = udpFrame(ENDS, 5000, 53, [1, 2, 3]);
const AT_US = 1_700_000_000_123_456;
const THREE: readonly Captured[] = [
  { atUs: AT_US, frame: FRAME },
  { atUs: AT_US + 1, frame: FRAME, length: 1500 },
  { atUs: AT_US + 999_999, frame: FRAME },
];

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Time, captured length, length on the wire and link type of each packet, and how it ended. */
async function read(bytes: Uint8Array, size = Math.max(1, bytes.length)) {
  await using input = openCaptureStream(inPieces(bytes, size), 'test.pcap');
  const capture = await openCapture(input.read, input.name);
  const frame = new Frame();
  const packets: (readonly [number, number, number, number])[] = [];
  do {
    while (capture.next(frame)) {
      packets.push([frame.timeUs, frame.captured, frame.length, frame.linkType]);
      assert.deepEqual([...capture.bytes.subarray(frame.from, frame.from + frame.captured)], FRAME);
    }
  } while (await capture.fill());
  return { packets, problem: capture.problem };
}

const SIZE = FRAME.length;
const EXPECTED = [
  [AT_US, SIZE, SIZE, 1],
  [AT_US + 1, SIZE, 1500, 1],
  [AT_US + 999_999, SIZE, SIZE, 1],
];

for (const little of [true, false]) {
  const order = little ? 'little' : 'big';
  for (const nanoseconds of [true, false]) {
    test(`a pcap file in ${order} endian with ${nanoseconds ? 'nano' : 'micro'}seconds is read`, async () => {
      const { packets, problem } = await read(pcap(THREE, { little, nanoseconds }));
      assert.deepEqual([packets, problem], [EXPECTED, null]);
    });
  }
  test(`a pcapng file in ${order} endian is read`, async () => {
    const { packets, problem } = await read(pcapng(THREE, { little }));
    assert.deepEqual([packets, problem], [EXPECTED, null]);
  });
}

test('a capture that comes byte by byte is read as one that comes at once', async () => {
  for (const bytes of [pcap(THREE), pcapng(THREE)]) {
    assert.deepEqual((await read(bytes, 1)).packets, EXPECTED);
  }
});

test('each interface of a pcapng file has its own link type, unit and beginning of time', async () => {
  const us = BigInt(AT_US);
  const { packets } = await read(
    Uint8Array.from(
      [
        section(),
        interfaceBlock(1),
        interfaceBlock(101, [{ code: 9, value: [9] }]),
        interfaceBlock(113, [{ code: 9, value: [3] }]),
        interfaceBlock(276, [{ code: 9, value: [0x80 | 20] }]),
        interfaceBlock(0, [{ code: 14, value: number(1_600_000_000, 8, true) }]),
        packetBlock(us, { frame: FRAME, on: 0 }),
        packetBlock(us * 1000n + 999n, { frame: FRAME, on: 1 }),
        packetBlock(us / 1000n, { frame: FRAME, on: 2 }),
        packetBlock((1_700_000_000n << 20n) + (1n << 19n), { frame: FRAME, on: 3 }),
        packetBlock(us - 1_600_000_000_000_000n, { frame: FRAME, on: 4 }),
      ].flat(),
    ),
  );
  assert.deepEqual(
    packets.map(([atUs, , , linkType]) => [atUs, linkType]),
    [
      [AT_US, 1],
      [AT_US, 101],
      [AT_US - 456, 113],
      [1_700_000_000_500_000, 276],
      [AT_US, 0],
    ],
  );
});

test('a second section of a pcapng file has its own byte order and interfaces', async () => {
  const [first, second] = [pcapng(THREE), pcapng(THREE, { little: false, linkType: 101 })];
  const { packets } = await read(Uint8Array.from([...first, ...second]));
  assert.deepEqual(packets, [...EXPECTED, ...EXPECTED.map((packet) => packet.with(3, 101))]);
});

test('blocks of a pcapng file that nobody knows are passed over, however long', async () => {
  const head = [...section(), ...interfaceBlock(1)];
  const long = block(0x0bad, []);
  const body = 5 * 2 ** 20;
  long.splice(4, 4, ...number(body + 12, 4, true));
  const packet = packetBlock(BigInt(AT_US), { frame: FRAME });
  const bytes = new Uint8Array(head.length + body + 12 + packet.length);
  bytes.set([...head, ...long.slice(0, 8)]);
  bytes.set(packet, head.length + body + 12);
  assert.deepEqual((await read(bytes, 100_000)).packets, [EXPECTED[0]]);
  const { problem } = await read(bytes.subarray(0, head.length + 1000));
  assert.equal(problem?.code, 'network_capture_truncated');
});

test('simple and old packets of a pcapng file are read', async () => {
  const u32 = (value: number): number[] => number(value, 4, true);
  const simple = block(3, [...u32(SIZE), ...FRAME]);
  const [high, low] = [Math.floor(AT_US / 2 ** 32), AT_US % 2 ** 32];
  const old = block(2, [0, 0, 0, 0, ...u32(high), ...u32(low), ...u32(SIZE), ...u32(SIZE), ...FRAME]);
  const { packets } = await read(Uint8Array.from([section(), interfaceBlock(1), old, simple].flat()));
  // A simple packet has no time; it is shown at that of the packet before.
  assert.deepEqual(packets, [EXPECTED[0], EXPECTED[0]]);
});

test('a truncated capture ends in an error that says where, after all that came before', async () => {
  for (const [bytes, position] of [
    [pcap(THREE), 24 + 2 * (16 + SIZE)],
    [pcapng(THREE), 28 + 24 + 2 * packetBlock(0n, { frame: FRAME }).length],
  ] as const) {
    for (const missing of [1, 10, SIZE]) {
      const { packets, problem } = await read(bytes.subarray(0, bytes.length - missing));
      assert.deepEqual(packets, EXPECTED.slice(0, 2));
      assert.equal(problem?.code, 'network_capture_truncated');
      assert.deepEqual(problem.extra, { position, packets: 2 });
    }
  }
});

test('a packet or a block of a size that cannot be is damage, and is told with its place', async () => {
  const endless = Uint8Array.from(pcap(THREE));
  const second = 24 + 16 + SIZE;
  endless.set(number(0x7fff_ffff, 4, true), second + 8);
  const damaged = (...blocks: number[][]): Uint8Array =>
    Uint8Array.from([section(), interfaceBlock(1), packetBlock(BigInt(AT_US), { frame: FRAME }), ...blocks].flat());
  const packet = packetBlock(0n, { frame: FRAME });
  const at = 28 + 24 + packet.length;
  for (const [bytes, position] of [
    [endless, second],
    [damaged(packet.with(4, 13)), at],
    [damaged(packet.with(4, 4)), at],
    [damaged(packet.with(7, 1)), at],
    [damaged(packet.with(8, 9)), at],
    [damaged(packet.with(20, 255)), at],
    [damaged(packet.with(packet.length - 4, 1)), at],
    [damaged([...section()].with(8, 0)), at],
    [damaged(interfaceBlock(1, [{ code: 9, value: [100] }])), at],
  ] as const) {
    const { packets, problem } = await read(bytes);
    assert.deepEqual(packets, EXPECTED.slice(0, 1));
    assert.equal(problem?.code, 'network_capture_damaged');
    assert.deepEqual(problem.extra, { position, packets: 1 });
  }
});

test('what is no capture is refused, and of gzip it is said how to unpack it', async () => {
  const empty = new Uint8Array(0);
  for (const bytes of [empty, Buffer.from('GET / HTTP/1.1\r\nHost: example.org\r\n'), pcap([]).subarray(0, 20)]) {
    await assert.rejects(read(bytes), { code: 'network_capture_unknown' });
  }
  await assert.rejects(read(Uint8Array.from([0x1f, 0x8b, 8, 0])), { remedy: /gzip -dc/ });
});

const IN_TIME = { timeout: 60_000 };

test('a silent pipe is not waited for after an error, nor after its end was asked for', IN_TIME, async () => {
  const said = (bytes: Uint8Array): PassThrough => {
    const pipe = new PassThrough();
    pipe.write(bytes);
    return pipe;
  };
  {
    await using input = openCaptureStream(said(Buffer.from('GET / HTTP/1.1\r\nHost: example.org\r\n')), 'a pipe');
    await assert.rejects(openCapture(input.read, input.name), { code: 'network_capture_unknown' });
  }
  const over = new AbortController();
  await using input = openCaptureStream(said(pcap(THREE)), 'a pipe', over.signal);
  const capture = await openCapture(input.read, input.name);
  const frame = new Frame();
  while (capture.next(frame));
  const filled = capture.fill();
  over.abort();
  assert.deepEqual([await filled, await capture.fill(), capture.packets, capture.problem], [false, false, 3, null]);
});

test('a capture without packets has no flows', async () => {
  for (const bytes of [pcap([]), pcapng([])]) {
    const { records, summary, problem } = await flowsOfCapture(bytes);
    assert.deepEqual([records, summary.packets, summary.from, problem], [[], 0, null, null]);
  }
});
