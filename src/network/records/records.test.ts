import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { test } from 'node:test';
import { addressBytes } from '../../../test/support/network/bytes/packets.ts';
import { ipv4Text, ipv6Text, isLocal } from './addresses.ts';
import { ByteWriter } from './byte-writer.ts';
import { writeFlowId } from './flow-id.ts';
import { Sha1Block } from './sha1-block.ts';

function words(text: string): [number, number, number, number] {
  const bytes = Buffer.from(addressBytes(text));
  const word = (at: number): number => (at < bytes.length ? bytes.readInt32BE(at) : 0);
  return [word(0), word(4), word(8), word(12)];
}

test('SHA-1 of one block is that of node:crypto, for every length', () => {
  const own = new Sha1Block();
  for (let length = 0; length <= 55; length += 1) {
    const message = randomBytes(55);
    own.message.set(message);
    own.hash(length);
    const expected = createHash('sha1').update(message.subarray(0, length)).digest('hex');
    assert.equal(Buffer.from(own.digest).toString('hex'), expected);
  }
});

test('addresses are written as RFC 5952 wants them', () => {
  for (const address of ['0.0.0.0', '255.255.255.255', '192.0.2.1']) assert.equal(ipv4Text(words(address)[0]), address);
  const written = ['::', '::1', 'fe80::1', '2001:db8::1:0:0:1', '2001:db8:0:1:1:1:1:1', '1:2:3:4:5:6:7:8', '1::'];
  for (const address of written) {
    assert.ok(isIPv6(address));
    assert.equal(ipv6Text(...words(address)), address);
  }
});

test('private networks are local, and others are not', () => {
  const local = [
    '10.1.2.3',
    '127.0.0.1',
    '172.31.0.1',
    '192.168.0.1',
    '169.254.1.1',
    '100.64.0.1',
    '::1',
    'fd00::1',
    'fe80::1',
  ];
  const remote = ['9.9.9.9', '172.32.0.1', '192.169.0.1', '100.128.0.1', '2001:db8::1', 'ff02::1', '::2'];
  for (const address of local) assert.ok(isLocal(address.includes(':'), ...words(address)), address);
  for (const address of remote) assert.ok(!isLocal(address.includes(':'), ...words(address)), address);
});

function written(write: (writer: ByteWriter) => void): string {
  const writer = new ByteWriter();
  write(writer);
  return Buffer.from(writer.take()).toString();
}

test('numbers and times are written as they are', () => {
  for (const number of [0, 9, 10, 99, 100, 65_535, 2_147_483_647, 2_147_483_648, 4_294_967_295, 2 ** 53 - 1]) {
    assert.equal(
      written((writer) => writer.number(number)),
      String(number),
    );
  }
  for (const [us, text] of [
    [0, '0.000000'],
    [1, '0.000001'],
    [1_700_000_000_123_456, '1700000000.123456'],
    [2 ** 53 - 1, '9007199254.740991'],
  ] as const) {
    assert.equal(
      written((writer) => writer.seconds(us)),
      text,
    );
  }
});

test('ids of flows are all different, and different in each run', () => {
  const ids = new Set<string>();
  const writer = new ByteWriter();
  const seeds = [
    [1, 2, 3],
    [4, 5, 6],
  ] as const;
  for (let serial = 1; serial <= 20_000; serial += 1) {
    for (const seed of seeds) {
      writeFlowId(writer, seed, serial);
      ids.add(Buffer.from(writer.take()).toString());
    }
  }
  assert.equal(ids.size, 40_000);
  for (const id of ids) assert.match(id, /^C[0-9A-Za-z]{18}$/);
});
