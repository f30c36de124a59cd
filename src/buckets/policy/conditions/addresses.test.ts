import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressText, areWideTogether, isPrivate, isWide, isWithin, rangeOf, type Range } from './addresses.ts';

function range(text: string): Range {
  const read = rangeOf(text);
  assert.ok(read !== null, text);
  return read;
}

test('ranges are read with their ends, in both versions and every way of writing', () => {
  assert.equal(addressText(4, range('203.0.113.77/24').first), '203.0.113.0');
  assert.equal(addressText(4, range('203.0.113.77/24').last), '203.0.113.255');
  assert.equal(addressText(6, range('2001:db8::1').first), '2001:db8:0:0:0:0:0:1');
  assert.equal(addressText(6, range('::ffff:1.2.3.4').first), '0:0:0:0:0:ffff:102:304');
  assert.equal(range('::/0').last, (1n << 128n) - 1n);
  assert.ok(isWithin(range('0.0.0.0/0'), range('255.255.255.255')));
  assert.ok(!isWithin(range('0.0.0.0/0'), range('::1')));
});

test('what is no range is none', () => {
  for (const text of [
    '',
    'x',
    '1.2.3',
    '1.2.3.4/33',
    '::/129',
    '1.2.3.4/',
    '1.2.3.4/-1',
    '1.2.3.4/8/8',
    '1.2.3.4/1e1',
    '01.2.3.4',
  ]) {
    assert.equal(rangeOf(text), null, text);
  }
});

test('broader than /8, and than /32 in version 6, is wide', () => {
  assert.deepEqual(
    ['0.0.0.0/7', '9.0.0.0/8', '2000::/31', '2001:db8::/32'].map((text) => isWide(range(text))),
    [true, false, true, false],
  );
  // Of version 4, written in version 6.
  assert.deepEqual(
    ['::/64', '::ffff:0:0/96', '::ffff:8.0.0.0/103', '::ffff:9.0.0.0/104', '::1:0:0:0/80'].map((text) =>
      isWide(range(text)),
    ),
    [true, true, true, false, false],
  );
});

test('narrow ranges are wide together once they are more than four of /8, counted once where they overlap', () => {
  const eights = (...firsts: number[]): Range[] => firsts.map((first) => range(`${first}.0.0.0/8`));
  assert.equal(areWideTogether(eights(1, 2, 3, 4)), false);
  assert.equal(areWideTogether(eights(1, 2, 3, 4, 5)), true);
  assert.equal(areWideTogether(eights(1, 1, 1, 1, 1, 1)), false);
  assert.equal(areWideTogether([...eights(1, 2, 3, 4), range('10.0.0.0/8')]), false);
});

test('private networks are the three of RFC 1918', () => {
  assert.deepEqual(
    ['10.255.255.255', '172.16.0.1', '172.32.0.1', '192.168.0.0/16', '192.168.0.0/15', '10.0.0.0/7'].map((text) =>
      isPrivate(range(text)),
    ),
    [true, true, false, true, false, false],
  );
});
