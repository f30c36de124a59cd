import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockCommand, isGrave, type Step, stepWords } from './story-words.ts';

const step = (name: Step, count = 1) => ({ step: name, from: 0, to: 1, count, uids: [] });

test('each step is told with its number', () => {
  assert.equal(stepWords(step('scanned', 1200)).about, '1,200 ports and hosts did not answer or refused.');
  assert.equal(stepWords(step('guessed')).about, '1 login failed.');
  assert.equal(stepWords(step('uploaded', 5_000_000)).about, '5 MB left.');
});

test('the command to block names the worst it did, and nothing that came from the network', () => {
  assert.equal(
    blockCommand('192.0.2.1', [step('scanned'), step('succeeded'), step('uploaded')]),
    'sudo holdfast network block 192.0.2.1 --for 1h --why "guessed passwords and got in"',
  );
  assert.equal(
    blockCommand('2001:db8::1', []),
    'sudo holdfast network block 2001:db8::1 --for 1h --why "unwanted traffic"',
  );
  for (const hostile of ['192.0.2.1; rm -rf /', '$(id)', '::1`id`', '']) assert.equal(blockCommand(hostile, []), null);
});

test('who got in is grave, who knocked is not', () => {
  assert.equal(isGrave([step('scanned'), step('guessed')]), false);
  assert.equal(isGrave([step('guessed'), step('succeeded')]), true);
});
