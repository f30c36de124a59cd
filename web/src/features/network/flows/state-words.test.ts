import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredFlow } from '../api.ts';
import { historySteps, stateWords, wordsOfEnd, wordsOfState } from './state-words.ts';

test('a history is told letter by letter, upper case being the caller', () => {
  assert.deepEqual(
    historySteps('ShADad').map(({ words }) => words),
    [
      'The caller asked for a connection (SYN).',
      'The other end answered that it may begin (SYN with acknowledgement).',
      'The caller acknowledged, with nothing else.',
      'The caller sent data.',
      'The other end acknowledged, with nothing else.',
      'The other end sent data.',
    ],
  );
});

test('a letter that comes again counts by tens, turned ends are told, and what is no letter breaks nothing', () => {
  const told = historySteps('^tt?').map(({ words }) => words);
  assert.match(told[0] ?? '', /turned around/);
  assert.match(told[2] ?? '', /^The other end sent again what was lost, for the 10th time\.$/);
  assert.match(told[3] ?? '', /does not know/);
  assert.equal(historySteps('D'.repeat(1000)).length, 64);
});

test('a state that an agent made up breaks nothing', () => {
  for (const made of ['constructor', '', '<b>', 'sf']) assert.equal(wordsOfState(made).short, 'Not known');
  assert.equal(wordsOfState('REJ').short, 'Refused');
});

test('every state has words of its own', () => {
  const words = Object.values(stateWords).map(({ short }) => short);
  assert.equal(new Set(words).size, words.length);
});

test('of a flow out of a flow log it is told what the rules did, and of any other how it ended', () => {
  const end = (flow: object) => {
    const { code, short } = wordsOfEnd(flow as StoredFlow);
    return [code, short];
  };
  assert.deepEqual(end({ action: 'ACCEPT' }), ['ACCEPT', 'Let through']);
  assert.deepEqual(end({ action: 'REJECT' }), ['REJECT', 'Rejected']);
  assert.deepEqual(end({}), ['-', 'Not known']);
  assert.deepEqual(end({ conn_state: 'SF' }), ['SF', 'Ended in order']);
});
