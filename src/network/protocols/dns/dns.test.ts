import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowsOf } from '../../../../test/support/network/bytes/flows-of.ts';
import { udpFrame } from '../../../../test/support/network/bytes/packets.ts';
import { talk } from '../../../../test/support/network/bytes/talk.ts';
import type { DnsRecord } from '../../records/log-records.ts';

const CLIENT = '192.168.1.10';
const SERVER = '203.0.113.53';

const u16 = (value: number): number[] => [value >> 8, value & 255];
const name = (text: string): number[] => [
  ...text.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]),
  0,
];
const TO_QUESTION = [0xc0, 12];

interface Made {
  readonly id?: number;
  readonly flags?: number;
  readonly query?: readonly number[];
  readonly type?: number;
  readonly answers?: readonly (readonly number[])[];
}

function message({ id = 7, flags = 0x0100, query = name('www.example.com'), type = 1, answers = [] }: Made): number[] {
  return [
    ...[...u16(id), ...u16(flags), 0, 1, ...u16(answers.length), 0, 0, 0, 0],
    ...[...query, ...u16(type), 0, 1, ...answers.flat()],
  ];
}

const record = (
  type: number,
  ttl: number,
  data: readonly number[],
  owner: readonly number[] = TO_QUESTION,
): number[] => [...[...owner, ...u16(type), 0, 1, 0, 0, ...u16(ttl), ...u16(data.length), ...data]];

async function asked(question: readonly number[], answer: readonly number[] | null, port = 53): Promise<DnsRecord[]> {
  const packets = [{ atUs: 1e12, frame: udpFrame({ from: CLIENT, to: SERVER }, 40_000, port, question) }];
  if (answer) {
    packets.push({ atUs: 1e12 + 2500, frame: udpFrame({ from: SERVER, to: CLIENT }, port, 40_000, answer) });
  }
  const { said, records } = await flowsOf(packets);
  assert.equal(records[0]?.service, said.length > 0 ? 'dns' : undefined);
  return said as DnsRecord[];
}

test('a question and its answer are one record, with the time between them', async () => {
  const answer = message({
    flags: 0x8580,
    answers: [record(5, 300, [3, 99, 100, 110, 0xc0, 16]), record(1, 60, [192, 0, 2, 1], [0xc0, 45])],
  });
  const [said, ...rest] = await asked(message({ query: name('WWW.example.com') }), answer);
  assert.deepEqual(rest, []);
  const { uid, ...fields } = said!;
  assert.match(uid, /^C/);
  assert.deepEqual(fields, {
    ...{
      log: 'dns',
      ts: 1e6,
      'id.orig_h': CLIENT,
      'id.orig_p': 40_000,
      'id.resp_h': SERVER,
      'id.resp_p': 53,
      proto: 'udp',
    },
    ...{
      trans_id: 7,
      rtt: 0.0025,
      query: 'www.example.com',
      qclass: 1,
      qclass_name: 'C_INTERNET',
      qtype: 1,
      qtype_name: 'A',
    },
    ...{ rcode: 0, rcode_name: 'NOERROR', AA: true, TC: false, RD: true, RA: true, Z: 0 },
    ...{ answers: ['cdn.example.com', '192.0.2.1'], TTLs: [300, 60], rejected: false },
  });
});

test('records of each kind are written as Zeek writes them', async () => {
  const answers = [
    record(28, 1, [0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 5]),
    record(15, 1, [0, 10, ...name('mx.example.com')]),
    record(16, 1, [5, ...Buffer.from('hello'), 2, ...Buffer.from('me')]),
    record(33, 1, [0, 1, 0, 2, 0, 80, ...name('srv.example.com')]),
    record(65, 1, [0, 1, 0]),
    record(257, 1, [0, 5, ...Buffer.from('issueca.example')]),
    record(9999, 1, [1, 2, 3]),
  ];
  const [said] = await asked(message({ type: 255 }), message({ flags: 0x8180, type: 255, answers }));
  assert.deepEqual(said?.answers, [
    ...['2001:db8::5', 'mx.example.com', 'TXT 5 hello TXT 2 me', 'srv.example.com', '1 .'],
    ...['CAA 0 issue ca.example', '<unknown type=9999>'],
  ]);
});

test('however much a message says, its record keeps so little that a server takes it', async () => {
  const strings = Array<number>(60_000).fill(0);
  const [empty] = await asked(
    message({ type: 16 }),
    message({ flags: 0x8180, type: 16, answers: [record(16, 1, strings)] }),
  );
  assert.ok(JSON.stringify(empty?.answers).length < 4096);
  const long = name(Array<string>(4).fill('x'.repeat(61)).join('.'));
  const answers = Array.from({ length: 100 }, () => record(5, 1, long));
  const [many] = await asked(message({ type: 5 }), message({ flags: 0x8180, type: 5, answers }));
  const kept = many?.answers ?? [];
  assert.ok(kept.length > 3 && kept.join('').length < 8192, `${kept.length}`);
  // What stands behind a question is nobody's answer.
  const [asking] = await asked(message({ answers: [record(1, 1, [1, 2, 3, 4])] }), null);
  assert.equal(asking?.answers, undefined);
});

test('a question that nobody answers, an answer to none, and a refusal are told', async () => {
  const [alone] = await asked(message({}), null);
  assert.deepEqual([alone?.query, alone?.rcode, alone?.rtt], ['www.example.com', undefined, undefined]);
  const [refused] = await asked(message({}), message({ flags: 0x8185 }));
  assert.deepEqual([refused?.rcode_name, refused?.rejected], ['REFUSED', true]);
  const two = await asked(message({ id: 1 }), message({ id: 2, flags: 0x8183 }));
  assert.deepEqual(
    two.map((each) => [each.trans_id, each.rcode_name, each.rtt]),
    [
      [2, 'NXDOMAIN', undefined],
      [1, undefined, undefined],
    ],
  );
});

test('it is known on any port, and what is none is not', async () => {
  assert.equal((await asked(message({}), null, 5353))[0]?.query, 'www.example.com');
  assert.equal((await asked(message({}), null, 31_337))[0]?.query, 'www.example.com');
  for (const other of [[], [1, 2, 3], Array<number>(40).fill(0), Array<number>(40).fill(255), [...message({}), 0]]) {
    assert.deepEqual(await asked(other, null, 31_337), []);
  }
});

test('names that lead in circles, or out of the message, end what is read of it', async () => {
  const circles = [
    [0xc0, 12],
    [0xc0, 14, 0xc0, 12],
    [3, 97, 98, 99, 0xc0, 12],
    [0xc0, 255],
    [64, 97],
  ];
  for (const query of circles) assert.deepEqual(await asked(message({ query }), null), []);
  // In an answer it is that record alone.
  const [said] = await asked(
    message({}),
    message({ flags: 0x8180, answers: [record(5, 1, [0xc0, 45]), record(1, 9, [1, 2, 3, 4])] }),
  );
  assert.deepEqual(said?.answers, ['<broken>', '1.2.3.4']);
});

test('characters that are no plain letters are written as numbers', async () => {
  const [said] = await asked(message({ query: [5, 97, 46, 0, 10, 255, 2, 100, 101, 0] }), null);
  assert.equal(said?.query, 'a\\046\\000\\010\\255.de');
});

test('over TCP messages are found however they are cut', async () => {
  const framed = (bytes: readonly number[]): number[] => [...u16(bytes.length), ...bytes];
  const questions = [...framed(message({ id: 1 })), ...framed(message({ id: 2, query: name('b.example') }))];
  const answers = [
    ...framed(message({ id: 2, flags: 0x8180, query: name('b.example'), answers: [record(1, 5, [192, 0, 2, 9])] })),
    ...framed(message({ id: 1, flags: 0x8183 })),
  ];
  for (const size of [1, 3, 1400]) {
    const packets = talk(
      [
        ['>', questions],
        ['<', answers],
      ],
      { port: 53, size },
    );
    const { said, records } = await flowsOf(packets);
    assert.deepEqual(
      (said as DnsRecord[]).map((each) => [each.proto, each.trans_id, each.query, each.rcode_name]),
      [
        ['tcp', 2, 'b.example', 'NOERROR'],
        ['tcp', 1, 'www.example.com', 'NXDOMAIN'],
      ],
      `in segments of ${size}`,
    );
    assert.equal(records[0]?.service, 'dns');
  }
});
