import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowsOf } from '../../../../test/support/network/bytes/flows-of.ts';
import { talk, type Turn } from '../../../../test/support/network/bytes/talk.ts';
import type { LoginRecord } from '../../records/log-records.ts';

const SECRET = 'hunter2';

async function seen(service: string, turns: readonly Turn[], size = 1400) {
  const { said, records } = await flowsOf(talk(turns, { port: 31_000, size }));
  assert.equal(records[0]?.service, service);
  assert.doesNotMatch(JSON.stringify(said), new RegExp(SECRET));
  return (said as LoginRecord[]).map(({ user, success, cleartext, mechanism, code, database, tls }) => ({
    ...{ user, success, cleartext, mechanism, code, database, tls },
  }));
}

const NOTHING = { cleartext: undefined, code: undefined, database: undefined, tls: false };
const u32 = (value: number): number[] => [(value >>> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255];
const le32 = (value: number): number[] => u32(value).toReversed();
const z = (text: string): number[] => [...Buffer.from(text), 0];

const resp = (...words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

test('Redis: AUTH and HELLO get their own answers among those of other commands, in segments of any size', async () => {
  const commands = [
    ...[
      resp('GET', 'x'.repeat(3000)),
      resp('AUTH', SECRET),
      resp('LRANGE', 'a', '0', '-1'),
      resp('auth', 'ann', SECRET),
    ],
    resp('HELLO', '3', 'AUTH', 'ben', SECRET, 'SETNAME', 'app'),
  ];
  const answers = [
    ...['$-1\r\n', '-WRONGPASS no\r\n', '*2\r\n$3\r\na\r\n\r\n*1\r\n:5\r\n', '>2\r\n+push\r\n+x\r\n', '-ERR no\r\n'],
    '%1\r\n$6\r\nserver\r\n$5\r\nredis\r\n',
  ];
  for (const size of [1, 1400]) {
    const turns: Turn[] = [
      ['>', commands.join('')],
      ['<', answers.join('')],
    ];
    const known = { ...NOTHING, cleartext: true };
    assert.deepEqual(await seen('redis', turns, size), [
      { ...known, user: 'default', success: false, mechanism: 'AUTH', code: 'WRONGPASS' },
      { ...known, user: 'ann', success: false, mechanism: 'AUTH', code: 'ERR' },
      { ...known, user: 'ben', success: true, mechanism: 'HELLO' },
    ]);
  }
  const typed = await seen('redis', [
    ['>', `AUTH ${SECRET}\r\n`],
    ['<', '+OK\r\n'],
  ]);
  assert.deepEqual([typed[0]?.user, typed[0]?.success], ['default', true]);
});

const startup = (values: Readonly<Record<string, string>>): number[] => {
  const body = [0, 3, 0, 0, ...Object.entries(values).flatMap(([name, value]) => [...z(name), ...z(value)]), 0];
  return [...u32(body.length + 4), ...body];
};
const message = (kind: string, body: readonly number[]): number[] => [
  kind.charCodeAt(0),
  ...u32(body.length + 4),
  ...body,
];
const READY = message('Z', [73]);
const denied = message('E', [...z('SFATAL'), ...z('C28P01'), ...z('Mpassword authentication failed'), 0]);

test('PostgreSQL: how each login is proved, and what the server says', async () => {
  const start: Turn = ['>', startup({ user: 'ann', database: 'shop' })];
  const version = message('S', [...z('server_version'), ...z('15.18')]);
  const ok = [...message('R', u32(0)), ...version, ...READY];
  const known = { ...NOTHING, user: 'ann', database: 'shop' };
  for (const size of [1, 1400]) {
    assert.deepEqual(await seen('postgresql', [start, ['<', ok]], size), [
      { ...known, success: true, mechanism: 'trust' },
    ]);
    const clear: Turn[] = [start, ['<', message('R', u32(3))], ['>', message('p', z(SECRET))], ['<', denied]];
    assert.deepEqual(await seen('postgresql', clear, size), [
      { ...known, success: false, cleartext: true, mechanism: 'password', code: '28P01' },
    ]);
    const sasl: Turn[] = [
      ...([start, ['<', message('R', [...u32(10), ...z('SCRAM-SHA-256'), 0])]] satisfies Turn[]),
      ['>', message('p', [...z('SCRAM-SHA-256'), ...u32(3), 110, 44, 44])],
      ['<', message('R', [...u32(11), 114])],
      ['>', message('p', [99])],
      ['<', [...message('R', [...u32(12), 118]), ...ok]],
    ];
    assert.deepEqual(await seen('postgresql', sasl, size), [{ ...known, success: true, mechanism: 'SCRAM-SHA-256' }]);
  }
});

test('PostgreSQL: a server without TLS goes on, one with it hides the rest, and the first user’s database is its own', async () => {
  const ask: Turn = ['>', [...u32(8), ...u32(80_877_103)]];
  const plain = await seen('postgresql', [ask, ['<', 'N'], ['>', startup({ user: 'ann' })], ['<', denied]]);
  assert.deepEqual([plain[0]?.database, plain[0]?.success], ['ann', false]);
  const hidden = await seen('postgresql', [ask, ['<', 'S'], ['>', '\x16\x03\x01']]);
  assert.deepEqual(
    hidden.map((each) => [each.user, each.tls]),
    [[undefined, true]],
  );
});

type Value = string | number | Uint8Array | Made;
interface Made {
  readonly [name: string]: Value;
}

function bson(made: Made): number[] {
  const body = Object.entries(made).flatMap(([name, value]) => {
    if (typeof value === 'string') return [2, ...z(name), ...le32(Buffer.byteLength(value) + 1), ...z(value)];
    if (typeof value === 'number') return [16, ...z(name), ...le32(value)];
    if (value instanceof Uint8Array) return [5, ...z(name), ...le32(value.length), 0, ...value];
    return [3, ...z(name), ...bson(value)];
  });
  return [...le32(body.length + 5), ...body, 0];
}

function command(number: number, made: Made, answers = 0): number[] {
  const document = bson(made);
  return [...le32(21 + document.length), ...le32(number), ...le32(answers), ...le32(2013), 0, 0, 0, 0, 0, ...document];
}

const first = (user: string): Uint8Array => Buffer.from(`n,,n=${user},r=abc`);
const SCRAM = 'SCRAM-SHA-256';

test('MongoDB: SCRAM as it is begun with the first command, refused and let in, in segments of any size', async () => {
  const early = { saslStart: 1, mechanism: SCRAM, payload: first('ann'), db: 'admin' };
  const begun: Turn[] = [
    ['>', command(1, { hello: 1, $db: 'admin', speculativeAuthenticate: early })],
    [
      '<',
      command(90, { ok: 1, speculativeAuthenticate: { conversationId: 1, done: 0, payload: Buffer.from('r=abc') } }, 1),
    ],
    ['>', command(2, { saslContinue: 1, conversationId: 1, payload: Buffer.from('c=biws,p=x') })],
  ];
  const known = { ...NOTHING, user: 'ann', mechanism: SCRAM, database: 'admin' };
  for (const size of [1, 1400]) {
    const good = await seen('mongodb', [...begun, ['<', command(91, { ok: 1, done: 1 }, 2)]], size);
    assert.deepEqual(good, [{ ...known, success: true }]);
    const bad = await seen(
      'mongodb',
      [...begun, ['<', command(91, { ok: 0, code: 18, errmsg: 'Authentication failed.' }, 2)]],
      size,
    );
    assert.deepEqual(bad, [{ ...known, success: false, code: '18' }]);
  }
});

test('MongoDB: PLAIN sends its password readable, certificates send none; long and packed messages are passed over', async () => {
  const plain = command(5, {
    saslStart: 1,
    mechanism: 'PLAIN',
    payload: Buffer.from(`\0ann\0${SECRET}`),
    $db: '$external',
  });
  const packed = [...le32(60_000), ...le32(3), ...le32(0), ...le32(2012), ...Array<number>(60_000 - 16).fill(9)];
  const turns: Turn[] = [
    ['>', command(1, { ping: 1 })],
    ['>', packed],
    ['>', plain],
    ['<', command(9, { ok: 1, done: 1 }, 5)],
  ];
  assert.deepEqual(await seen('mongodb', turns), [
    { ...NOTHING, user: 'ann', success: true, cleartext: true, mechanism: 'PLAIN', database: '$external' },
  ]);
  const certificate: Turn[] = [
    ['>', command(1, { authenticate: 1, mechanism: 'MONGODB-X509', user: 'CN=ann', $db: '$external' })],
    ['<', command(2, { dbname: '$external', user: 'CN=ann', ok: 1 }, 1)],
  ];
  const [record] = await seen('mongodb', certificate);
  assert.deepEqual([record?.user, record?.success, record?.cleartext], ['CN=ann', true, undefined]);
});
