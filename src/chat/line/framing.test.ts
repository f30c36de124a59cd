import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openFraming } from './framing.ts';

const texts = (messages: readonly Buffer[] | null): string[] | null => messages?.map((each) => each.toString()) ?? null;

test('however the network parts what was sent, the messages are the same', () => {
  const message = fc.stringMatching(/^[^\n\r]{0,40}$/u);
  fc.assert(
    fc.property(fc.array(message), fc.array(fc.nat(), { maxLength: 200 }), fc.boolean(), (messages, cuts, returns) => {
      const sent = Buffer.from(messages.map((text) => `${text}${returns ? '\r' : ''}\n`).join(''));
      const framing = openFraming(65_536);
      const got: string[] = [];
      const ends = [...new Set(cuts.map((cut) => cut % (sent.length + 1))), sent.length].toSorted((a, b) => a - b);
      let from = 0;
      for (const end of ends) {
        got.push(...(texts(framing.push(sent.subarray(from, end))) ?? assert.fail('too long')));
        from = end;
      }
      assert.deepEqual(got, messages);
      assert.equal(framing.pending, false);
    }),
  );
});

test('what came before a pause is a message, and a carriage return at its end is cut off', () => {
  const framing = openFraming(100);
  assert.equal(framing.flush(), null);
  framing.push(Buffer.from('par'));
  framing.push(Buffer.from('t\r'));
  assert.equal(framing.pending, true);
  assert.equal(framing.flush()?.toString(), 'part');
  assert.equal(framing.flush(), null);
  assert.deepEqual(texts(framing.push(Buffer.from('\nnext\n'))), ['', 'next']);
});

test('more than the limit without an end is no message, in one piece or in many', () => {
  const exact = openFraming(10);
  assert.deepEqual(texts(exact.push(Buffer.from('0123456789\n'))), ['0123456789']);
  assert.deepEqual(texts(exact.push(Buffer.from('0123456789'))), []);
  assert.equal(exact.push(Buffer.from('0')), null);
  assert.equal(openFraming(10).push(Buffer.from('01234567890\n')), null);
  const byByte = openFraming(1000);
  for (let at = 0; at < 1000; at += 1) assert.deepEqual(byByte.push(Buffer.of(0x61)), []);
  assert.equal(byByte.push(Buffer.of(0x61)), null);
});
