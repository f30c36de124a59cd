import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowsOf } from '../../../test/support/network/bytes/flows-of.ts';
import {
  addressBytes,
  ETHER_IPV4,
  ETHER_IPV6,
  ethernet,
  ipv4,
  ipv6,
  tcp,
  tcpFrame,
  udp,
  udpFrame,
} from '../../../test/support/network/bytes/packets.ts';

const V4 = { from: '192.168.1.2', to: '192.0.2.1' };
const V6 = { from: 'fd00::2', to: '2001:db8::1' };
const UDP4 = ipv4({ ...V4, protocol: 17, payload: udp(5000, 53, [1, 2, 3]) });
const UDP6 = ipv6({ ...V6, next: 17, payload: udp(5000, 53, [1, 2, 3]) });

async function read(frames: readonly (readonly number[])[], linkType = 1) {
  return await flowsOf(
    frames.map((frame, index) => ({ atUs: 1e12 + index, frame })),
    { linkType },
  );
}

/** Ends, protocol, payload and IP bytes of each flow, the originator's side. */
async function flows(frames: readonly (readonly number[])[], linkType = 1): Promise<string[]> {
  const { records } = await read(frames, linkType);
  return records.map(
    (each) =>
      `${each['id.orig_h']} ${each['id.orig_p']} > ${each['id.resp_h']} ${each['id.resp_p']} ${each.proto} ${each.orig_bytes} ${each.orig_ip_bytes}`,
  );
}

const FLOW4 = '192.168.1.2 5000 > 192.0.2.1 53 udp 3 31';
const FLOW6 = 'fd00::2 5000 > 2001:db8::1 53 udp 3 51';

const zeros = (bytes: number): number[] => Array<number>(bytes).fill(0);

const LINKS: readonly (readonly [what: string, linkType: number, frame: readonly number[], flow: string])[] = [
  ['Ethernet with IPv4', 1, ethernet(ETHER_IPV4, UDP4), FLOW4],
  ['Ethernet with IPv6', 1, ethernet(ETHER_IPV6, UDP6), FLOW6],
  ['Ethernet with padding', 1, ethernet(ETHER_IPV4, [...UDP4, ...zeros(15)]), FLOW4],
  ['a VLAN', 1, ethernet(0x8100, [0, 7, 0x08, 0, ...UDP4]), FLOW4],
  ['QinQ', 1, ethernet(0x88a8, [0, 7, 0x81, 0, 0, 9, 0x86, 0xdd, ...UDP6]), FLOW6],
  ['802.3 with SNAP', 1, ethernet(8 + UDP4.length, [0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...UDP4]), FLOW4],
  ['raw IPv4', 101, UDP4, FLOW4],
  ['raw IPv6', 101, UDP6, FLOW6],
  ['raw IP as BSD numbers it', 12, UDP4, FLOW4],
  ['LINKTYPE_IPV6', 229, UDP6, FLOW6],
  ['BSD loopback, little endian', 0, [2, 0, 0, 0, ...UDP4], FLOW4],
  ['BSD loopback, big endian', 0, [0, 0, 0, 30, ...UDP6], FLOW6],
  ['OpenBSD loopback', 108, [0, 0, 0, 24, ...UDP6], FLOW6],
  ['Linux SLL', 113, [...zeros(14), 8, 0, ...UDP4], FLOW4],
  ['Linux SLL2', 276, [8, 0, ...zeros(18), ...UDP4], FLOW4],
  ['Linux SLL2 with a VLAN', 276, [0x81, 0, ...zeros(18), 0, 7, 8, 0, ...UDP4], FLOW4],
];

for (const [what, linkType, frame, flow] of LINKS) {
  test(`${what} is taken apart`, async () => {
    assert.deepEqual(await flows([frame], linkType), [flow]);
  });
}

test('ARP is counted and makes no flow, nor does what is neither IP nor ARP', async () => {
  const arp = [0, 1, 8, 0, 6, 4, 0, 1, ...zeros(6), ...addressBytes(V4.from), ...zeros(6), ...addressBytes(V4.to)];
  const { records, summary } = await read([ethernet(0x0806, arp), ethernet(0x88cc, zeros(40))]);
  assert.deepEqual([records.length, summary.arp, summary.left.notIp], [0, 1, 1]);
});

test('options of IPv4 and extension headers of IPv6 are looked behind', async () => {
  const options = ipv4({ ...V4, protocol: 17, payload: udp(5000, 53, [1]), options: [1, 1, 1, 1] });
  const hopByHop = (next: number): number[] => [next, 0, ...zeros(6)];
  const authentication = (next: number): number[] => [next, 4, ...zeros(22)];
  const payload = [...hopByHop(43), ...hopByHop(60), ...hopByHop(51), ...authentication(17), ...udp(5000, 53, [1])];
  assert.deepEqual(
    await flows([ethernet(ETHER_IPV4, options), ethernet(ETHER_IPV6, ipv6({ ...V6, next: 0, payload }))]),
    ['192.168.1.2 5000 > 192.0.2.1 53 udp 1 33', `fd00::2 5000 > 2001:db8::1 53 udp 1 ${40 + 24 + 24 + 9}`],
  );
});

test('a chain of extension headers without an end is malformed', async () => {
  const payload = Array.from({ length: 100 }, () => [60, 0, ...zeros(6)]).flat();
  const { records, summary } = await read([ethernet(ETHER_IPV6, ipv6({ ...V6, next: 60, payload }))]);
  assert.deepEqual([records.length, summary.left.malformed], [0, 1]);
});

test('question and answer of ICMP are one flow, and a message without an answer is one of its own', async () => {
  const back = { from: V4.to, to: V4.from };
  const icmp = (ends: typeof V4, type: number, code: number): number[] =>
    ethernet(ETHER_IPV4, ipv4({ ...ends, protocol: 1, payload: [type, code, ...zeros(6), 1, 2] }));
  const icmp6 = (type: number): number[] =>
    ethernet(ETHER_IPV6, ipv6({ ...V6, next: 58, payload: [type, 0, ...zeros(6), 1, 2, 3] }));
  const { records } = await read([icmp(V4, 8, 0), icmp(back, 0, 0), icmp(V4, 3, 3), icmp(back, 3, 3), icmp6(135)]);
  assert.deepEqual(
    records.map((each) => [each['id.orig_h'], each['id.orig_p'], each['id.resp_p'], each.orig_bytes, each.resp_pkts]),
    [
      [V4.from, 8, 0, 2, 1],
      [V4.from, 3, 3, 2, 0],
      [V4.to, 3, 3, 2, 0],
      [V6.from, 135, 136, 3, 0],
    ],
  );
  assert.ok(records.every(({ conn_state: state, history }) => state === 'OTH' && history === undefined));
});

test('fragments count to the flow of the first, in whatever order they come', async () => {
  const whole = udp(5000, 53, zeros(3000));
  const part = (from: number, to: number): number[] =>
    ethernet(
      ETHER_IPV4,
      ipv4({ ...V4, protocol: 17, id: 77, offset: from, more: to < whole.length, payload: whole.slice(from, to) }),
    );
  const parts = [part(0, 1480), part(1480, 2960), part(2960, 3008)];
  const flow = `192.168.1.2 5000 > 192.0.2.1 53 udp 3000 ${3008 + 3 * 20}`;
  assert.deepEqual(await flows(parts), [flow]);
  assert.deepEqual(await flows(parts.toReversed()), [flow]);
  const { records, summary } = await read(parts.slice(1));
  assert.deepEqual([records.length, summary.left.lostFragments], [0, 2]);
});

test('fragments of IPv6 count to the flow of the first, and a single one is a whole packet', async () => {
  const fragment = (offset: number, more: boolean, payload: readonly number[]): number[] =>
    ethernet(
      ETHER_IPV6,
      ipv6({
        ...V6,
        next: 44,
        payload: [17, 0, offset >> 8, (offset & 0xf8) | (more ? 1 : 0), 0, 0, 0, 9, ...payload],
      }),
    );
  const whole = udp(5000, 53, zeros(24));
  assert.deepEqual(await flows([fragment(0, true, whole.slice(0, 16)), fragment(16, false, whole.slice(16))]), [
    `fd00::2 5000 > 2001:db8::1 53 udp 24 ${2 * 48 + 32}`,
  ]);
  assert.deepEqual(await flows([fragment(0, false, whole)]), [`fd00::2 5000 > 2001:db8::1 53 udp 24 ${48 + 32}`]);
});

/** The same packet in pieces that end where `ends` says, in the order of `order`. */
function fragments(protocol: number, whole: readonly number[], ends: readonly number[], id = 77): number[][] {
  const froms = [0, ...ends];
  return froms.map((from, index) => {
    const payload = whole.slice(from, ends[index]);
    return ethernet(ETHER_IPV4, ipv4({ ...V4, protocol, id, offset: from, more: index < ends.length, payload }));
  });
}

/** RFC 1035: a question for `a.example`. */
const QUESTION = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 97, 7, ...Buffer.from('example'), 0, 0, 1, 0, 1];
const [ONE, TWO, THREE] = fragments(17, udp(5000, 53, QUESTION), [16, 24]) as [number[], number[], number[]];

async function asked(frames: readonly (readonly number[])[], settings = {}): Promise<readonly unknown[]> {
  const { said, records, problem } = await flowsOf(
    frames.map((frame, index) => ({ atUs: 1e12 + index, frame })),
    { settings },
  );
  assert.equal(problem, null);
  assert.ok(records.length > 0, 'its flow is counted in any case');
  return said.map((each) => (each.log === 'dns' ? each.query : each.log));
}

test('what fragments carry is read, in whatever order they come, and one that comes twice changes nothing', async () => {
  for (const order of [
    [ONE, TWO, THREE],
    [THREE, TWO, ONE],
    [TWO, ONE, THREE],
    [ONE, ONE, THREE, TWO],
  ]) {
    assert.deepEqual(await asked(order), ['a.example']);
  }
  const again = fragments(17, udp(5001, 53, QUESTION), [16, 24]);
  assert.deepEqual(await asked([ONE, TWO, THREE, ...again]), ['a.example', 'a.example'], 'an id is used again');
});

test('what fragments of IPv6 carry is read, also behind further headers', async () => {
  // Options for the receiver, eight bytes of padding, are part of what is in fragments.
  const whole = [17, 0, 1, 4, 0, 0, 0, 0, ...udp(5000, 53, QUESTION)];
  const part = (from: number, to?: number): number[] => {
    const more = to === undefined ? 0 : 1;
    const header = [60, 0, from >> 8, (from & 0xf8) | more, 0, 0, 0, 9];
    return ethernet(ETHER_IPV6, ipv6({ ...V6, next: 44, payload: [...header, ...whole.slice(from, to)] }));
  };
  assert.deepEqual(await asked([part(0, 24), part(24)]), ['a.example']);
  assert.deepEqual(await asked([part(24), part(0, 24)]), ['a.example']);
});

test('a segment of TCP in fragments is read at its place, and a tunnel in fragments is looked into', async () => {
  const back = { from: V4.to, to: V4.from };
  const request = tcp({
    sequence: 2,
    acknowledged: 2,
    flags: 'PA',
    payload: Buffer.from('GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n'),
  });
  const frames = [
    tcpFrame(V4, { sequence: 1, flags: 'S' }),
    tcpFrame(back, { source: 80, target: 40_000, sequence: 1, acknowledged: 2, flags: 'SA' }),
    ...fragments(6, request, [24, 48]),
  ];
  const [flow] = await flows(frames);
  assert.equal(flow, `192.168.1.2 40000 > 192.0.2.1 80 tcp ${request.length - 20} ${40 + 60 + request.length}`);
  for (const order of [frames, [...frames.slice(0, 2), ...frames.slice(2).toReversed()]]) {
    assert.deepEqual(await asked(order), ['http']);
  }
  const inner = ethernet(
    ETHER_IPV4,
    ipv4({ from: '10.0.0.1', to: '10.0.0.2', protocol: 17, payload: udp(5000, 53, QUESTION) }),
  );
  const outer = udp(5000, 4789, [8, 0, 0, 0, 0, 0, 1, 0, ...inner]);
  const vxlan = fragments(17, outer, [32]);
  const asOne = await asked([ethernet(ETHER_IPV4, ipv4({ ...V4, protocol: 17, payload: outer }))]);
  assert.ok(asOne.includes('a.example'));
  assert.deepEqual(await asked(vxlan), asOne);
  assert.deepEqual((await read(vxlan)).summary.left.malformed, 0);
});

test('fragments that overlap, or are too many, are counted and what they carry is not read', async () => {
  const [, late] = fragments(17, udp(5000, 53, QUESTION), [8]) as [number[], number[]];
  assert.deepEqual(await asked([ONE, TWO, late]), []);
  assert.deepEqual(await asked([ONE, late]), []);
  const most = { networkFragmentBytes: 65_536 };
  const many = Array.from({ length: 60 }, (_, id) => fragments(17, udp(6000, 7000, zeros(1400)), [1200], 100 + id)[0]!);
  assert.deepEqual(await asked([ONE, TWO, ...many, THREE], most), [], 'the oldest is given up');
  assert.deepEqual(await asked([...many, ONE, TWO, THREE], most), ['a.example'], 'and not what came last');
});

test('memory for fragments does not grow with them', async () => {
  const { summary } = await flowsOf(
    Array.from({ length: 100 }, (_, id) => ({
      atUs: 1e12,
      frame: ethernet(ETHER_IPV4, ipv4({ ...V4, protocol: 17, id, offset: 80, payload: [1, 2, 3] })),
    })),
    { settings: { networkFragments: 16 } },
  );
  assert.equal(summary.left.lostFragments, 100);
});

const INNER = { from: '10.0.0.1', to: '10.0.0.2' };
const INNER_TCP = ipv4({ ...INNER, protocol: 6, payload: tcp({ flags: 'S' }) });
const GRE = ipv4({ ...V4, protocol: 47, payload: [0x30, 0, 8, 0, 0, 0, 0, 5, 0, 0, 0, 1, ...INNER_TCP] });
const TUNNELS: readonly (readonly [what: string, packet: readonly number[], outer: string])[] = [
  ['IP in IP', ipv4({ ...V4, protocol: 4, payload: INNER_TCP }), 'unknown_transport'],
  ['GRE', GRE, 'unknown_transport'],
  [
    'GRE with Ethernet',
    ipv4({ ...V4, protocol: 47, payload: [0, 0, 0x65, 0x58, ...ethernet(ETHER_IPV4, INNER_TCP)] }),
    'unknown_transport',
  ],
  [
    'VXLAN',
    ipv4({
      ...V4,
      protocol: 17,
      payload: udp(5000, 4789, [8, 0, 0, 0, 0, 0, 1, 0, ...ethernet(ETHER_IPV4, INNER_TCP)]),
    }),
    'udp',
  ],
];

for (const [what, packet, outer] of TUNNELS) {
  test(`${what} is a flow, and what it carries is one that names it`, async () => {
    const { records } = await read([ethernet(ETHER_IPV4, packet)]);
    const [first, second] = records;
    assert.deepEqual(
      [records.length, first?.proto, first?.['id.orig_h'], second?.['id.orig_h'], second?.conn_state],
      [2, outer, V4.from, INNER.from, 'S0'],
    );
    assert.deepEqual([first?.tunnel_parents, second?.tunnel_parents], [undefined, [first?.uid]]);
  });
}

test('what lies behind the end of a tunnel is no part of what it carries', async () => {
  for (const [what, packet, outer] of TUNNELS) {
    // The packet inside says a length that only what follows the one outside would make up for.
    const inner = INNER_TCP.with(3, INNER_TCP.length + 4);
    const lying = [...packet.slice(0, -INNER_TCP.length), ...inner, ...zeros(4)];
    const { records, summary } = await read([ethernet(ETHER_IPV4, lying)]);
    assert.deepEqual([what, records.map(({ proto }) => proto), summary.left.malformed], [what, [outer], 1]);
  }
  const sctp = ipv4({ ...V4, protocol: 132, payload: [] });
  assert.deepEqual(await flows([ethernet(ETHER_IPV4, [...sctp, 1, 2, 3, 4])]), [
    '192.168.1.2 0 > 192.0.2.1 0 unknown_transport 0 20',
  ]);
});

test('tunnels are looked into as deep as the setting says', async () => {
  let packet = UDP4;
  for (let depth = 0; depth < 6; depth += 1) packet = ipv4({ ...INNER, protocol: 4, payload: packet });
  const { records, summary } = await read([ethernet(ETHER_IPV4, packet)]);
  assert.deepEqual([records.length, records[0]?.orig_pkts, summary.left.tooDeep], [1, 5, 1]);
});

test('a packet whose length was left to the network card has that of its frame', async () => {
  const offloaded = ipv4({ ...V4, protocol: 6, payload: tcp({ payload: zeros(5000) }), totalLength: 0 });
  assert.deepEqual(await flows([ethernet(ETHER_IPV4, offloaded)]), ['192.168.1.2 40000 > 192.0.2.1 80 tcp 5000 5040']);
});

test('a packet of which only the beginning was captured counts with its whole length', async () => {
  const frame = tcpFrame(V4, { payload: zeros(1000) });
  const { records } = await flowsOf([{ atUs: 1e12, frame: frame.slice(0, 60), length: frame.length }]);
  assert.deepEqual([records[0]?.orig_bytes, records[0]?.orig_ip_bytes], [1000, 1040]);
});

test('a packet that was cut before its ports is cut, at whatever byte', async () => {
  const frame = tcpFrame(V4, {});
  for (let captured = 0; captured < 34 + 20; captured += 1) {
    const { records, summary } = await flowsOf([{ atUs: 1e12, frame: frame.slice(0, captured), length: frame.length }]);
    assert.deepEqual([captured, records.length, summary.left.cut], [captured, 0, 1]);
  }
});

test('lengths that contradict each other make no flow', async () => {
  const wrong = [
    ipv4({ ...V4, protocol: 17, payload: udp(1, 2), totalLength: 1000 }),
    ipv4({ ...V4, protocol: 17, payload: udp(1, 2), totalLength: 19 }),
    ipv4({ ...V4, protocol: 17, payload: udp(1, 2).slice(0, 7) }),
    ipv4({ ...V4, protocol: 6, payload: tcp({}).slice(0, 19) }),
    ipv4({ ...V4, protocol: 6, payload: tcp({}).with(12, 0x40) }),
    ipv4({ ...V4, protocol: 6, payload: tcp({}).with(12, 0xf0) }),
    [...UDP4].with(0, 0x44),
    [...UDP4].with(0, 0x55),
  ];
  const { records, summary } = await read([
    ...wrong.map((packet) => ethernet(ETHER_IPV4, packet)),
    ethernet(ETHER_IPV6, ipv6({ ...V6, next: 17, payload: udp(1, 2), payloadLength: 100 })),
  ]);
  assert.deepEqual([records.length, summary.left.malformed], [0, wrong.length + 1]);
});

test('a link that is not understood is counted', async () => {
  const { records, summary } = await read([udpFrame(V4, 1, 2)], 147);
  assert.deepEqual([records.length, summary.left.unknownLink], [0, 1]);
});
