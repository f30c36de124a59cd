import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowsOf } from '../../../test/support/network/bytes/flows-of.ts';
import type { Captured } from '../../../test/support/network/bytes/capture.ts';
import { udpFrame } from '../../../test/support/network/bytes/packets.ts';
import { talk } from '../../../test/support/network/bytes/talk.ts';
import { clientHello, handshake, record } from '../../../test/support/network/bytes/tls.ts';

const ME = { from: '192.168.1.10', to: '203.0.113.5' };

/** A hello of two segments, and of a stranger the first of them alone. */
function hello(name: string, source: number): Captured[] {
  const bytes = record(
    22,
    handshake(1, clientHello({ name, extensions: [0], ciphers: Array<number>(900).fill(0x1301) })),
  );
  return talk([['>', bytes]], { ends: ME, source, port: 443 });
}

/** Asked over and over, each time from another port. */
function question(name: string, source: number): Captured {
  const label = [name.length, ...Buffer.from(name), 3, ...Buffer.from('net'), 0];
  return { atUs: 1e12, frame: udpFrame(ME, source, 53, [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...label, 0, 1, 0, 1]) };
}

test('messages that are begun and never ended do not keep others from being read: those that began first are left, and counted', async () => {
  const strangers = Array.from({ length: 1000 }, (_, index) => hello('stranger.test', 1024 + index).slice(0, 4)).flat();
  const settings = { networkStreamBytes: 16_384, networkStreamsBytes: 2 ** 20 };
  const { said, summary } = await flowsOf([...strangers, ...hello('meant.test', 40_000)], { settings });
  assert.deepEqual(
    said.map((each) => each.log === 'ssl' && each.server_name),
    ['meant.test'],
  );
  assert.ok(summary.unread > 600 && summary.unread < 1000, `${summary.unread} were left`);
});

test('of more flows than are read at once all say what is known of them', async () => {
  const asked = Array.from({ length: 600 }, (_, index) => `name${index}`);
  const { said, summary } = await flowsOf(
    asked.map((name, index) => question(name, 1024 + index)),
    { settings: { networkSessions: 16 } },
  );
  assert.deepEqual(
    new Set(said.map((each) => each.log === 'dns' && each.query)),
    new Set(asked.map((name) => `${name}.net`)),
  );
  assert.equal(said.length, asked.length);
  assert.equal(summary.unread, 600 - 16);
});
