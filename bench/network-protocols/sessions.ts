/** A capture of ordinary sessions of several protocols, one after the other, each from a client of its own. */
import { talk, type Turn } from '../../test/support/network/bytes/talk.ts';
import { clientHello, handshake, record, serverHello } from '../../test/support/network/bytes/tls.ts';
import type { Captured } from '../../test/support/network/bytes/capture.ts';
import { LISTENER, TALKER } from '../../test/support/network/bytes/talk.ts';
import { udpFrame } from '../../test/support/network/bytes/packets.ts';
import { CaptureFile } from '../network-flows/generate.ts';

const z = (text: string): number[] => [...Buffer.from(text), 0];
const mysql = (number: number, body: readonly number[]): number[] => [
  body.length & 255,
  body.length >> 8,
  0,
  number,
  ...body,
];
const many = <T>(times: number, of: (at: number) => T): T[] => Array.from({ length: times }, (_, at) => of(at));
const filled = (size: number): number[] => Array<number>(size).fill(65);

const http: Turn[] = many(5, (at): Turn[] => [
  ['>', `GET /page/${at}?q=words HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: Mozilla/5.0\r\nCookie: a=b\r\n\r\n`],
  [
    '<',
    [...Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20000\r\n\r\n'), ...filled(20_000)],
  ],
]).flat();
const hello = clientHello({
  ciphers: many(16, (at) => 0xc02b + at),
  ...{
    extensions: [0, 10, 11, 13, 16, 43, 51],
    name: 'www.example.com',
    alpn: ['h2', 'http/1.1'],
    versions: [772, 771],
    signatures: [1027, 2052],
  },
});
const tls: Turn[] = [
  ['>', record(22, handshake(1, hello))],
  [
    '<',
    [
      ...record(22, handshake(2, serverHello({ version: 772, cipher: 0x1301, group: 29 }))),
      ...record(20, [1]),
      ...record(23, filled(3000)),
    ],
  ],
  ['>', [...record(20, [1]), ...record(23, filled(53)), ...record(23, filled(300))]],
  ['<', many(8, () => record(23, filled(8000))).flat()],
];
const database: Turn[] = [
  [
    '<',
    mysql(0, [
      10,
      ...z('8.0.36'),
      1,
      0,
      0,
      0,
      ...filled(8),
      0,
      255,
      247,
      33,
      2,
      0,
      255,
      129,
      21,
      ...Array<number>(10).fill(0),
      ...filled(12),
      0,
      ...z('mysql_native_password'),
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
      ...z('shop'),
      20,
      ...filled(20),
      ...z('mysql_native_password'),
    ]),
  ],
  ['<', mysql(2, [0, 0, 0, 2, 0, 0, 0])],
  ...many(20, (at): Turn[] => [
    ['>', mysql(0, [3, ...Buffer.from(`SELECT * FROM items WHERE id = ${at}`)])],
    ['<', many(20, (row) => mysql(row + 1, filled(60))).flat()],
  ]).flat(),
];
const mail: Turn[] = [
  ['<', '220 mail.example ESMTP Postfix\r\n'],
  ['>', 'EHLO client\r\n'],
  ['<', '250-mail.example\r\n250 AUTH PLAIN\r\n'],
  ['>', 'AUTH PLAIN AGFubgBzZWNyZXQ=\r\n'],
  ['<', '235 Yes\r\n'],
  ['>', 'DATA\r\n'],
  ['<', '354 Go on\r\n'],
  ['>', `${many(300, () => 'x'.repeat(70)).join('\r\n')}\r\n.\r\n`],
  ['<', '250 Taken\r\n'],
];

const question = [
  0,
  7,
  1,
  0,
  0,
  1,
  0,
  0,
  0,
  0,
  0,
  0,
  ...[3, ...Buffer.from('www'), 7, ...Buffer.from('example'), 3, ...Buffer.from('com')],
  0,
  0,
  1,
  0,
  1,
];
const answer = [
  0,
  7,
  0x81,
  0x80,
  0,
  1,
  0,
  1,
  ...question.slice(8),
  0xc0,
  12,
  0,
  1,
  0,
  1,
  0,
  0,
  0,
  60,
  0,
  4,
  192,
  0,
  2,
  1,
];
const dns: Captured[] = [
  { atUs: 0, frame: udpFrame({ from: TALKER.address, to: LISTENER.address }, TALKER.port, 53, question) },
  { atUs: 900, frame: udpFrame({ from: LISTENER.address, to: TALKER.address }, 53, TALKER.port, answer) },
];

const SESSIONS: readonly (readonly Captured[])[] = [
  ...[
    talk(http, { port: 80, atUs: 0 }),
    talk(tls, { port: 443, atUs: 0 }),
    talk(database, { port: 3306, atUs: 0 }),
    talk(mail, { port: 25, atUs: 0 }),
  ],
  ...many(4, () => dns),
];

/** Of a frame over IPv4: the addresses, then the ports. */
const SOURCE = 26;
const TARGET = 30;
const CLIENT_WORD = Buffer.from(TALKER.address.split('.').map(Number)).readUInt32BE();

/** What was written: a session is a flow, and makes so many records of protocols at least. */
export interface Written {
  readonly packets: number;
  readonly flows: number;
}

export function writeSessions(path: string, rounds: number): Written {
  using file = new CaptureFile(path);
  const templates = SESSIONS.map((packets) =>
    packets.map((each) => ({ atUs: each.atUs, frame: Buffer.from(each.frame) })),
  );
  let [packets, flows] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    for (const template of templates) {
      flows += 1;
      const client = 0x0a000000 + flows;
      for (const { atUs, frame } of template) {
        const { bytes, at } = file.frame(round * 300_000 + atUs, frame.length);
        frame.copy(bytes, at);
        const isFromClient = frame.readUInt32BE(SOURCE) === CLIENT_WORD;
        bytes.writeUInt32BE(client, at + (isFromClient ? SOURCE : TARGET));
        packets += 1;
      }
    }
  }
  return { packets, flows };
}
