/** Sessions of every protocol that is read, damaged as chance would have it: the same for the same number. */
import assert from 'node:assert/strict';
import { chanceOf, type Chance, damaged } from './chance.ts';
import type { Captured } from '../bytes/capture.ts';
import { flowsOf } from '../bytes/flows-of.ts';
import { udpFrame } from '../bytes/packets.ts';
import { clientHello, handshake, record, serverHello } from '../bytes/tls.ts';
import { LISTENER, talk, TALKER, type Turn } from '../bytes/talk.ts';

const latin1 = (text: string): number[] => [...Buffer.from(text, 'latin1')];
const z = (text: string): number[] => [...latin1(text), 0];
const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];
const le32 = (value: number): number[] => u32(value).toReversed();
const mysql = (number: number, body: readonly number[]): number[] => [
  body.length & 255,
  body.length >> 8,
  0,
  number,
  ...body,
];
const ssh = (payload: readonly number[]): number[] => {
  const padding = 16 - ((payload.length + 5) % 8);
  return [...u32(payload.length + 1 + padding), padding, ...payload, ...Array<number>(padding).fill(0)];
};
const list = (text: string): number[] => [...u32(text.length), ...latin1(text)];
const offer = ssh([
  ...[
    20,
    ...Array<number>(16).fill(1),
    ...list('a,b'),
    ...list('k'),
    ...list('aes128-gcm@openssh.com'),
    ...list('aes128-gcm@openssh.com'),
  ],
  ...[
    ...list('hmac-sha1'),
    ...list('hmac-sha1'),
    ...list('none'),
    ...list('none'),
    ...list(''),
    ...list(''),
    0,
    0,
    0,
    0,
    0,
  ],
]);
const question = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 119, 119, 119, 2, 100, 101, 0, 0, 1, 0, 1];
const answer = [0, 7, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0, 3, 119, 119, 119, 2, 100, 101, 0, 0, 1, 0, 1];
const answers = [
  0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 4, 1, 97, 0xc0, 16, 0xc0, 36, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 1, 2, 3, 4,
];
const message = (kind: string, body: readonly number[]): number[] => [
  ...latin1(kind),
  ...u32(body.length + 4),
  ...body,
];
/** A name in DER, and a certificate as far as its names go. */
const NAME = [0x30, 12, 0x31, 10, 0x30, 8, 6, 3, 85, 4, 3, 12, 1, 97];
const DATES = [0x30, 30, 23, 13, ...latin1('260101000000Z'), 23, 13, ...latin1('270101000000Z')];
const CERTIFICATE_FIELDS = [0xa0, 3, 2, 1, 2, 2, 1, 5, 0x30, 2, 6, 0, ...NAME, ...DATES, ...NAME];
const CERTIFICATE = [0x30, CERTIFICATE_FIELDS.length + 2, 0x30, CERTIFICATE_FIELDS.length, ...CERTIFICATE_FIELDS];
const CHAIN = [0, 0, CERTIFICATE.length + 3, 0, 0, CERTIFICATE.length, ...CERTIFICATE];
const bson = (elements: readonly number[]): number[] => [...le32(elements.length + 5), ...elements, 0];
const SASL = bson([
  ...[16, ...z('saslStart'), ...le32(1), 2, ...z('mechanism'), ...le32(6), ...z('PLAIN')],
  ...[5, ...z('payload'), ...le32(5), 0, 0, 97, 0, 98, 99],
]);
const mongodb = (number: number, to: number, document: readonly number[]): number[] => [
  ...[...le32(21 + document.length), ...le32(number), ...le32(to), ...le32(2013), 0, 0, 0, 0, 0, ...document],
];
const startup = [...u32(28), 0, 3, 0, 0, ...z('user'), ...z('ann'), ...z('database'), 97, 0];

/** One of each, by the name of its log. */
const SESSIONS: readonly (readonly Turn[])[] = [
  [
    ['>', [...u16(question.length), ...question]],
    ['<', [...u16(answer.length + answers.length), ...answer, ...answers]],
  ],
  [
    [
      '<',
      mysql(0, [
        10,
        ...z('8.0.1'),
        1,
        0,
        0,
        0,
        ...Array<number>(8).fill(65),
        0,
        255,
        255,
        33,
        2,
        0,
        255,
        255,
        21,
        ...Array<number>(10).fill(0),
        ...Array<number>(13).fill(66),
        ...z('caching_sha2_password'),
      ]),
    ],
    [
      '>',
      mysql(1, [
        0,
        0x82,
        8,
        0,
        0,
        0,
        0,
        1,
        33,
        ...Array<number>(23).fill(0),
        ...z('ann'),
        2,
        9,
        9,
        ...z('caching_sha2_password'),
      ]),
    ],
    ['<', mysql(2, [1, 4])],
    ['>', mysql(3, z('secret'))],
    ['<', mysql(4, [0, 0, 0])],
    ['>', mysql(0, [0x11, ...z('ben'), 1, 9, ...z('db'), 33, 0, ...z('x')])],
    ['<', mysql(1, [0xff, 0x15, 4, ...latin1('#28000no')])],
  ],
  [
    ['<', 'SSH-2.0-a\r\n'],
    ['>', 'SSH-2.0-b\r\n'],
    ['>', offer],
    ['<', [...offer, ...ssh([31, 1]), ...ssh([21])]],
    ['>', ssh([21])],
    ['<', [0, 0, 0, 32, ...Array<number>(48).fill(7), 0, 0, 0, 16, ...Array<number>(32).fill(7)]],
  ],
  [
    [
      '>',
      record(
        22,
        handshake(
          1,
          clientHello({
            extensions: [0, 10, 11, 13, 16, 43, 51],
            name: 'a.b',
            alpn: ['h2'],
            versions: [772],
            signatures: [1027],
          }),
        ),
      ),
    ],
    [
      '<',
      [
        ...record(22, handshake(2, serverHello({ version: 0x0303, cipher: 0xc02f, alpn: 'h2' }))),
        ...record(22, handshake(11, CHAIN)),
        ...record(22, handshake(12, [3, 0, 23])),
      ],
    ],
    ['>', [...record(20, [1]), ...record(22, Array<number>(40).fill(1))]],
    ['<', [...record(20, [1]), ...record(22, Array<number>(40).fill(1)), ...record(21, [2, 40])]],
  ],
  [
    [
      '>',
      'POST /a?token=abc HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YTpi\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET /b HTTP/1.1\r\n\r\n',
    ],
    [
      '<',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n1;a\r\nx\r\n0\r\nb: c\r\n\r\n',
    ],
  ],
  [
    ['>', [...u32(8), ...u32(80_877_103)]],
    ['<', 'N'],
    ['>', startup],
    ['<', message('R', u32(3))],
    ['>', message('p', z('x'))],
    ['<', [...message('R', u32(0)), ...message('S', [...z('server_version'), ...z('15')]), ...message('Z', [73])]],
  ],
  [
    ['>', mongodb(1, 0, SASL)],
    ['<', mongodb(9, 1, bson([16, ...z('ok'), ...le32(1), 8, ...z('done'), 1]))],
  ],
  [
    ['>', '*3\r\n$4\r\nAUTH\r\n$3\r\nann\r\n$1\r\nx\r\n*1\r\n$4\r\nPING\r\n'],
    ['<', '-ERR no\r\n*2\r\n$1\r\na\r\n%1\r\n+a\r\n:1\r\n'],
  ],
  [
    ['<', '220 FTP\r\n'],
    ['>', 'USER ann\r\n'],
    ['<', '331 ?\r\n'],
    ['>', 'PASS x\r\n'],
    ['<', '530 no\r\n'],
    ['>', 'AUTH TLS\r\n'],
    ['<', '234 go\r\n'],
  ],
  [
    ['<', '220 a ESMTP\r\n'],
    ['>', 'EHLO a\r\nAUTH PLAIN AGEAYg==\r\n'],
    ['<', '250 a\r\n235 yes\r\n'],
    ['>', 'DATA\r\n'],
    ['<', '354 go\r\n'],
    ['>', 'BDAT 5\r\n.\r\nBDAT 9\r\nAUTH LOGIN\r\nYQ==\r\n'],
  ],
  [
    ['<', '+OK a\r\n'],
    ['>', 'AUTH PLAIN AGEAYg==\r\n'],
    ['<', '-ERR no\r\n'],
    ['>', 'USER a\r\nPASS b\r\n'],
    ['<', '+OK\r\n+OK\r\n'],
  ],
  [
    ['<', '* OK a\r\n'],
    ['>', 'a LOGIN {3+}\r\nann {2}\r\nxx\r\n'],
    ['<', '+ go\r\na NO no\r\n'],
    ['>', 'b AUTHENTICATE PLAIN AGEAYg==\r\n'],
    ['<', 'b OK\r\n'],
  ],
];

/** Turns whose bytes were changed, cut, doubled, or said by the other side; some from another protocol. */
function damagedTurns(chance: Chance): Turn[] {
  const turns = SESSIONS[chance(SESSIONS.length)]!.map(([side, words]): Turn => {
    const bytes = typeof words === 'string' ? latin1(words) : [...words];
    return [
      chance(60) === 0 ? (side === '>' ? '<' : '>') : side,
      damaged(bytes, chance, chance(3) === 0 ? chance(6) : 0),
    ];
  });
  if (chance(6) === 0) turns.splice(chance(turns.length), 0, ...SESSIONS[chance(SESSIONS.length)]!);
  if (chance(8) === 0) turns.push(turns[chance(turns.length)]!);
  return turns;
}

function packetsOf(chance: Chance): Captured[] {
  const size = [1, 2, 5, 20, 1400][chance(5)]!;
  const packets = talk(damagedTurns(chance), {
    port: [25, 21, 53, 443, 31_337][chance(5)]!,
    size,
    isJoinedLate: chance(8) === 0,
  });
  // Lost, sent again, and out of order.
  for (let change = chance(3) === 0 ? chance(8) : 0; change > 0; change -= 1) {
    const at = chance(packets.length);
    if (chance(2) === 0) packets.splice(at, 1);
    else
      packets.splice(
        chance(packets.length),
        0,
        ...packets.splice(at, 1),
        packets[chance(packets.length)] ?? packets[0]!,
      );
  }
  for (let asked = chance(3); asked > 0; asked -= 1) {
    const ends = { from: TALKER.address, to: LISTENER.address };
    const bytes = damaged([...answer, ...answers], chance, chance(5));
    packets.push({ atUs: 1e12, frame: udpFrame(ends, 40_001, 53, damaged(question, chance, chance(3))) });
    packets.push({ atUs: 1e12, frame: udpFrame({ from: ends.to, to: ends.from }, 53, 40_001, bytes) });
  }
  // A snap length that cuts some.
  return packets.map((each) =>
    chance(40) === 0 ? { ...each, frame: each.frame.slice(0, 54 + chance(40)), length: each.frame.length } : each,
  );
}

const SMALL = { networkFlows: 1000, networkSessions: 16, networkStreamBytes: 4096, networkStreamsBytes: 1_048_576 };
const MOST_TEXT = 40_000;

/** Reads it, and holds what comes out against what must be true of any record. Resolves with how many records there were. */
export async function sessionSurvives(seed: number): Promise<number> {
  try {
    const chance = chanceOf(seed);
    const { said, records } = await flowsOf(packetsOf(chance).filter(Boolean), { settings: SMALL });
    const uids = new Set(records.map((each) => each.uid));
    for (const each of said) {
      assert.ok(uids.has(each.uid), `${each.log} is of no flow`);
      for (const [name, value] of Object.entries(each) as [string, unknown][]) {
        assert.ok(value !== null && value !== undefined, `${each.log}: ${name} is ${String(value)}`);
        if (typeof value === 'number') assert.ok(Number.isFinite(value), `${each.log}: ${name} is ${value}`);
      }
      assert.ok(JSON.stringify(each).length < MOST_TEXT, `${each.log} is too long`);
    }
    return said.length;
  } catch (error) {
    throw new Error(`With the seed ${seed} of a session`, { cause: error });
  }
}
