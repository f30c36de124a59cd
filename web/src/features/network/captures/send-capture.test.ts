import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captureName, sendCapture } from './send-capture.ts';

test('a capture is called after its file, without what a name may not hold', () => {
  assert.equal(captureName('monday.pcapng'), 'monday');
  assert.equal(captureName('eni-1.log.gz'), 'eni-1');
  assert.equal(captureName('<img src=x>\u202e.pcap'), '_img src_x__');
  assert.equal(captureName('Αρχείο 1.cap'), 'Αρχείο 1');
  assert.equal(captureName('x'.repeat(300)).length, 100);
});

test('what is too large is refused before any of it is sent', async () => {
  const file = new File([new Uint8Array(11)], 'large.pcap');
  const watch = { onProgress: () => assert.fail('sent'), signal: new AbortController().signal };
  await assert.rejects(sendCapture({ file, name: 'large' }, 10, watch), /larger than what is taken/);
});
