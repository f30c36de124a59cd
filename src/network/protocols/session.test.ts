import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Analyzer, Channel, Side } from './analyzer.ts';
import { Session } from './session.ts';
import { Budget } from './stream.ts';

const LIMITS = { flows: 10, sessions: 10, streamBytes: 16_384, streamsBytes: 32_768 };
const FIRST = 0xffff_fff0;

interface Said {
  readonly side?: Side;
  readonly acknowledged?: number;
  readonly missing?: number;
}

/** Writes down what it is given; `uses`: how much of it at a time. */
function listening(uses: (size: number) => number = (size) => size) {
  const heard: string[] = ['', ''];
  const budget = new Budget(LIMITS.streamsBytes);
  let channel!: Channel;
  const open = (given: Channel): Analyzer => {
    channel = given;
    return {
      parse(side, bytes, from, to) {
        const used = uses(to - from);
        heard[side] += Buffer.from(bytes.subarray(from, from + used)).toString('latin1');
        return from + used;
      },
      gap(side, size) {
        heard[side] += `[${size}]`;
        return true;
      },
      end: () => undefined,
    };
  };
  const session = new Session(1, { client: 1, server: 2 }, LIMITS, budget, open, () => undefined);
  const say = (at: number, words: string, { side = 0, acknowledged = 0, missing = 0 }: Said = {}): void => {
    const bytes = Buffer.from(words);
    const segment = {
      sequence: (FIRST + at) | 0,
      acknowledged: (FIRST + acknowledged) | 0,
      isSyn: false,
      missing,
      first: FIRST | 0,
    };
    session.take(side, segment, bytes, 0, bytes.length, 0);
  };
  return { heard, say, session, budget, channel };
}

test('segments in any order, sent again and overlapping, are the bytes that were sent', () => {
  const words = Array.from({ length: 200 }, (_, at) => String.fromCharCode(33 + (at % 90))).join('');
  const segment = fc.tuple(fc.nat(199), fc.integer({ min: 1, max: 60 }));
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (segments, portion) => {
      const { heard, say, session, budget } = listening((size) => size - (size % portion));
      // Whatever chance sent: every byte comes once more at the end, last first.
      const rest = Array.from({ length: 20 }, (_, at) => [(19 - at) * 10, 10] as const);
      for (const [at, size] of [...segments, ...rest]) say(at, words.slice(at, at + size));
      assert.equal(heard[0], words.slice(0, 200 - (200 % portion)));
      session.end(0);
      assert.equal(budget.used, 0);
    }),
    { seed: 17 },
  );
});

test('of two segments that say different things for the same place the one counts that could be read first', () => {
  const { heard, say } = listening();
  say(0, 'abc');
  say(1, 'XYd');
  say(6, 'gh');
  say(4, 'efQQ');
  assert.equal(heard[0], 'abcdefQQ');
});

test('what the other side acknowledged and nobody saw is a gap, and reading goes on behind it', () => {
  const { heard, say } = listening();
  say(0, 'abc');
  say(5, 'fgh');
  assert.equal(heard[0], 'abc');
  say(0, 'ok', { side: 1, acknowledged: 8 });
  assert.deepEqual(heard, ['abc[2]fgh', 'ok']);
});

test('what was cut by the snap length is a gap, and so is what is missing at the end', () => {
  const { heard, say, session } = listening();
  say(0, 'abc', { missing: 7 });
  say(10, 'klm');
  say(20, 'uvw');
  session.end(0);
  assert.equal(heard[0], 'abc[7]klm[7]uvw');
});

test('a gap in what is skipped changes nothing', () => {
  const { heard, say, channel } = listening();
  channel.skip(0, 10);
  say(0, 'abc');
  say(5, 'fghijklm');
  say(0, 'ok', { side: 1, acknowledged: 13 });
  assert.equal(heard[0], 'klm');
});

test('more than may wait ends the waiting; more than may be kept ends the reading, and nothing stays in memory', () => {
  const waiting = listening();
  waiting.say(0, 'a');
  for (let at = 0; at < 80; at += 1) waiting.say(10 + at * 2, 'xx');
  assert.match(waiting.heard[0]!, /^a\[9\](xx){80}$/);
  const keeping = listening(() => 0);
  for (let at = 0; at < 20_000; at += 100) keeping.say(at, 'x'.repeat(100));
  assert.equal(keeping.session.isDone, true);
  keeping.session.end(0);
  assert.equal(keeping.budget.used, 0);
  const given = listening();
  given.say(0, 'a');
  given.say(10, 'xx');
  assert.notEqual(given.budget.used, 0);
  given.session.done();
  given.session.end(0);
  assert.equal(given.budget.used, 0);
});

test('what an analyzer remembers is bounded like what streams keep, and given back at the end', () => {
  const { session, budget, channel } = listening();
  channel.keep(10_000);
  channel.keep(-5000);
  assert.deepEqual([session.isDone, budget.used], [false, 5000]);
  channel.keep(12_000);
  assert.equal(session.isDone, true);
  session.end(0);
  assert.equal(budget.used, 0);
});
