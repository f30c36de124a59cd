import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowsOf } from '../../../../test/support/network/bytes/flows-of.ts';
import { talk, type Turn } from '../../../../test/support/network/bytes/talk.ts';
import type { MysqlRecord } from '../../records/log-records.ts';

const z = (text: string): number[] => [...Buffer.from(text), 0];
const packet = (number: number, payload: readonly number[]): number[] => [
  ...[payload.length & 255, payload.length >> 8, 0, number],
  ...payload,
];
const greeting = (version: string, plugin = 'mysql_native_password'): number[] =>
  packet(0, [
    ...[10, ...z(version), 1, 0, 0, 0, ...Array<number>(8).fill(65), 0, 0xff, 0xf7, 33, 2, 0, 0xff, 0x81, 21],
    ...[...Array<number>(10).fill(0), ...Array<number>(12).fill(66), 0, ...z(plugin)],
  ]);

interface Asked {
  readonly user: string;
  readonly proof: readonly number[];
  readonly database?: string;
  readonly plugin?: string;
}

function login({ user, proof, database, plugin = 'mysql_native_password' }: Asked): number[] {
  const flags = 0x200 | 0x8000 | 0x80000 | (database === undefined ? 0 : 8);
  return packet(1, [
    ...[flags & 255, (flags >> 8) & 255, flags >> 16, 0, 0, 0, 0, 1, 33, ...Array<number>(23).fill(0)],
    ...[...z(user), proof.length, ...proof, ...(database === undefined ? [] : z(database)), ...z(plugin)],
  ]);
}
const PROOF = Array<number>(20).fill(7);
const ok = (number: number): number[] => packet(number, [0, 0, 0, 2, 0, 0, 0]);
const denied = (number: number): number[] => packet(number, [0xff, 0x15, 4, ...Buffer.from('#28000Access denied')]);

async function said(turns: readonly Turn[], size = 1400): Promise<Partial<MysqlRecord>[]> {
  const { said: all, records } = await flowsOf(talk(turns, { size }));
  assert.match(records[0]?.service ?? '', /^mysql/);
  return all
    .filter((each) => each.log === 'mysql')
    .map(({ uid: _, ts: __, proto: ___, ...rest }) => {
      const entries = Object.entries(rest).filter(([name]) => !name.startsWith('id.') && name !== 'log');
      return Object.fromEntries(entries);
    });
}

test('a login has its user, the server’s version and its answer, in segments of any size', async () => {
  const known = {
    cmd: 'login',
    user: 'ann',
    arg: 'ann',
    mechanism: 'mysql_native_password',
    tls: false,
    version: '8.0.36',
  };
  for (const size of [1, 7, 1400]) {
    const good = await said(
      [
        ['<', greeting('8.0.36')],
        ['>', login({ user: 'ann', proof: PROOF, database: 'shop' })],
        ['<', ok(2)],
      ],
      size,
    );
    assert.deepEqual(good, [{ ...known, database: 'shop', success: true }]);
    const bad = await said(
      [
        ['<', greeting('8.0.36')],
        ['>', login({ user: 'ann', proof: PROOF })],
        ['<', denied(2)],
      ],
      size,
    );
    assert.deepEqual(bad, [{ ...known, success: false, error_code: 1045, response: 'Access denied' }]);
  }
  // The capture ended before the answer.
  const open = await said([
    ['<', greeting('8.0.36')],
    ['>', login({ user: 'ann', proof: PROOF })],
  ]);
  assert.deepEqual(open, [known]);
});

test('caching_sha2_password: what the server remembers, what it asks for encrypted, and what crosses readable', async () => {
  const plugin = 'caching_sha2_password';
  const asked: Turn[] = [
    ['<', greeting('8.4.0', plugin)],
    ['>', login({ user: 'ann', proof: PROOF, plugin })],
  ];
  const fast = await said([...asked, ['<', [...packet(2, [1, 3]), ...ok(3)]]]);
  assert.deepEqual([fast[0]?.success, fast[0]?.mechanism, fast[0]?.cleartext], [true, plugin, undefined]);
  const key = Buffer.from('-----BEGIN PUBLIC KEY-----');
  const full = await said([
    ...asked,
    ['<', packet(2, [1, 4])],
    ['>', packet(3, [2])],
    ['<', packet(4, [1, ...key])],
    ['>', packet(5, Array<number>(256).fill(9))],
    ['<', ok(6)],
  ]);
  assert.deepEqual([full[0]?.success, full[0]?.cleartext], [true, undefined]);
  const readable = await said([...asked, ['<', packet(2, [1, 4])], ['>', packet(3, z('hunter2'))], ['<', ok(4)]]);
  assert.deepEqual([readable[0]?.success, readable[0]?.cleartext], [true, true]);
  assert.doesNotMatch(JSON.stringify(readable), /hunter2/);
});

test('another plugin that the server asks for is named, and one that sends the password says so', async () => {
  const turns: Turn[] = [
    ['<', greeting('10.11.6-MariaDB')],
    ['>', login({ user: 'ann', proof: PROOF })],
    ['<', packet(2, [0xfe, ...z('mysql_clear_password')])],
    ['>', packet(3, z('hunter2'))],
    ['<', denied(4)],
  ];
  const [record] = await said(turns);
  assert.deepEqual([record?.mechanism, record?.cleartext, record?.success], ['mysql_clear_password', true, false]);
});

test('a refusal before anybody spoke, a change of user later, and TLS are told', async () => {
  const blocked = await said([['<', packet(0, [0xff, 0x69, 4, ...Buffer.from('Host is blocked')])]]);
  assert.deepEqual(blocked, [
    { cmd: 'login', tls: false, success: false, error_code: 1129, response: 'Host is blocked' },
  ]);
  const changed = await said([
    ['<', greeting('5.5.5-10.11.6-MariaDB')],
    ['>', login({ user: 'ann', proof: PROOF })],
    ['<', ok(2)],
    ['>', packet(0, [3, ...Buffer.from('SELECT 1')])],
    ['<', [...packet(1, Array<number>(300).fill(1)), ...packet(2, [0xff, 1, 2])]],
    ['>', packet(0, [0x11, ...z('root'), 20, ...PROOF, ...z(''), 33, 0, ...z('mysql_native_password')])],
    ['<', denied(1)],
  ]);
  assert.deepEqual(
    changed.map((each) => [each.cmd, each.user, each.success, each.version]),
    [
      ['login', 'ann', true, '10.11.6-MariaDB'],
      ['change_user', 'root', false, '10.11.6-MariaDB'],
    ],
  );
  const hidden = await said([
    ['<', greeting('8.0.36')],
    ['>', packet(1, [0, 0x0a, 8, 0, 0, 0, 0, 1, 33, ...Array<number>(23).fill(0)])],
    ['>', [22, 3, 1, 0, 5]],
  ]);
  assert.deepEqual(hidden, [{ cmd: 'login', tls: true, version: '8.0.36' }]);
});

test('a gap ends it, and with it what nobody saw is not guessed', async () => {
  const packets = talk([
    ['<', greeting('8.0.36')],
    ['>', login({ user: 'ann', proof: PROOF })],
    ['<', ok(2)],
    ['>', packet(0, [1])],
  ]);
  // The answer to the login was not captured.
  packets.splice(5, 1);
  const { said: all } = await flowsOf(packets);
  assert.deepEqual(
    all.map((each) => [each.log, 'user' in each && each.user, 'success' in each]),
    [['mysql', 'ann', false]],
  );
});
