import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowsOf } from '../../../../test/support/network/bytes/flows-of.ts';
import { talk, type Turn } from '../../../../test/support/network/bytes/talk.ts';
import type { SshRecord } from '../../records/log-records.ts';
import { layoutOf } from './algorithms.ts';

const u32 = (value: number): number[] => [0, 0, value >> 8, value & 255];
const list = (text: string): number[] => [...u32(text.length), ...Buffer.from(text)];

function packet(payload: readonly number[]): number[] {
  const padding = 8 - ((payload.length + 5) % 8) + 8;
  return [...u32(payload.length + 1 + padding), padding, ...payload, ...Array<number>(padding).fill(0)];
}

const offer = (kex: string, cipher: string, mac: string): number[] =>
  packet([
    ...[20, ...Array<number>(16).fill(1), ...list(kex), ...list('ssh-ed25519'), ...list(cipher), ...list(cipher)],
    ...[...list(mac), ...list(mac), ...list('none,zlib'), ...list('none'), ...list(''), ...list(''), 0, 0, 0, 0, 0],
  ]);
const NEWKEYS = packet([21]);
const encrypted = (size: number): Uint8Array => new Uint8Array(size).fill(0xa5);

/** Up to where both sides encrypt. */
function begun(cipher: string, mac: string): Turn[] {
  return [
    ['<', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['>', 'SSH-2.0-client_1.0\r\n'],
    ['>', offer('curve25519-sha256,ext-info-c', `${cipher},other`, mac)],
    ['<', offer('curve25519-sha256', cipher, mac)],
    ['>', packet([30, 1, 2, 3])],
    ['<', [...packet([31, 1, 2, 3]), ...NEWKEYS]],
    ['>', NEWKEYS],
  ];
}

async function seen(turns: readonly Turn[], size = 1400): Promise<SshRecord | undefined> {
  const { said, records } = await flowsOf(talk(turns, { size }));
  assert.equal(records[0]?.service, said.length > 0 ? 'ssh' : undefined);
  assert.ok(said.length <= 1);
  return said[0] as SshRecord | undefined;
}

test('versions, algorithms and both HASSH of a connection are known, in segments of any size', async () => {
  for (const size of [1, 11, 1400]) {
    const record = await seen(begun('aes128-ctr', 'hmac-sha2-256'), size);
    assert.deepEqual(
      [record?.version, record?.client, record?.server, record?.kex_alg, record?.cipher_alg, record?.mac_alg],
      [2, 'SSH-2.0-client_1.0', 'SSH-2.0-OpenSSH_9.6', 'curve25519-sha256', 'aes128-ctr', 'hmac-sha2-256'],
    );
    assert.deepEqual([record?.host_key_alg, record?.compression_alg], ['ssh-ed25519', 'none']);
    assert.match(record?.hassh ?? '', /^[0-9a-f]{32}$/);
    assert.notEqual(record?.hassh, record?.hasshServer);
  }
});

test('a login is guessed from sizes: refused as often as a packet repeats, let in at the shortest there is', async () => {
  for (const [cipher, mac] of [
    ['chacha20-poly1305@openssh.com', 'umac-64-etm@openssh.com'],
    ['aes128-ctr', 'hmac-sha2-256'],
    ['aes256-cbc', 'hmac-sha1'],
  ] as const) {
    const layout = layoutOf(cipher, mac)!;
    const [accept, refusal, success] = [17, 40, 1].map((payload) => encrypted(layout.sizeOf(payload)));
    const asked: Turn[] = [...begun(cipher, mac), ['<', encrypted(200)], ['>', encrypted(64)], ['<', accept!]];
    const attempt: Turn[] = [
      ['>', encrypted(100)],
      ['<', refusal!],
    ];
    const failed = await seen([...asked, ...attempt, ...attempt, ...attempt]);
    assert.deepEqual([failed?.success, failed?.auth_success, failed?.auth_attempts], [false, false, 3], cipher);
    const admitted = await seen([...asked, ...attempt, ['>', encrypted(100)], ['<', success!], ['<', encrypted(900)]]);
    assert.deepEqual([admitted?.success, admitted?.auth_attempts], [true, 2], cipher);
    const unknown = await seen(asked);
    assert.deepEqual([unknown?.success, unknown?.auth_attempts], [undefined, 0], cipher);
  }
});

test('SSH 1 is named, and what only begins like it is not', async () => {
  const old = await seen([
    ['<', 'SSH-1.5-old\n'],
    ['>', 'SSH-1.5-older\n'],
    ['<', encrypted(100)],
  ]);
  assert.deepEqual([old?.version, old?.client, old?.hassh], [1, 'SSH-1.5-older', undefined]);
  assert.equal(await seen([['<', `SSH-${'x'.repeat(400)}`]]), undefined);
  assert.equal(await seen([['<', 'SSX-2.0-none\r\n']]), undefined);
});

test('lengths that cannot be end the reading, with what was known', async () => {
  for (const bytes of [[255, 255, 255, 255, 1, 20], [0, 0, 0, 1, 200, 20], packet([20, 1, 2]), [0, 0, 0, 0, 0, 0]]) {
    const record = await seen([
      ['<', 'SSH-2.0-a\r\n'],
      ['>', [...Buffer.from('SSH-2.0-b\r\n'), ...bytes]],
      ['<', bytes],
    ]);
    assert.deepEqual([record?.client, record?.server, record?.hassh], ['SSH-2.0-b', 'SSH-2.0-a', undefined]);
  }
});
