import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, asked, localTime, rangeFrom, rangeKey, timeOf } from './range.ts';

test('an address that names no time means the last day, and nonsense in it is left out', () => {
  const now = Date.parse('2026-11-29T12:00:00Z');
  const lastDay = { from: '2026-11-28T12:00:00.000Z', to: '2026-11-29T12:00:00.000Z' };
  for (const search of [
    {},
    { last: '24h' },
    { last: 'constructor' },
    { last: 7 },
    { from: 'yesterday', to: 'today' },
    { from: '2026-11-29T12:00:00Z' },
    { from: '2026-11-29T12:00:00Z', to: '2026-11-29T11:00:00Z' },
    { from: '-999999-01-01T00:00:00Z', to: '2026-11-29T11:00:00Z' },
  ]) {
    assert.deepEqual(rangeFrom(search), {}, JSON.stringify(search));
    assert.deepEqual(asked(rangeFrom(search), now), lastDay);
  }
  assert.deepEqual(asked(rangeFrom({ last: '1h' }), now).from, '2026-11-29T11:00:00.000Z');
});

test('a time of one’s own stays as it is while time goes on', () => {
  const own = rangeFrom({ from: '2026-11-01T00:00:00+01:00', to: '2026-11-02T00:00:00+01:00', last: '1h' });
  assert.deepEqual(own, { from: '2026-10-31T23:00:00.000Z', to: '2026-11-01T23:00:00.000Z' });
  assert.deepEqual(asked(own, 0), asked(own, Date.now()));
  assert.equal(rangeKey(own), '2026-10-31T23:00:00.000Z/2026-11-01T23:00:00.000Z');
  assert.equal(rangeKey({}), rangeKey({ last: '24h' }));
});

test('what a field of the browser shows is the same moment', () => {
  const time = '2026-07-01T10:20:30.000Z';
  assert.equal(new Date(localTime(time)).toISOString(), time);
});

test('around a flow there is room before and after it', () => {
  assert.deepEqual(around(1000, 1000), { from: timeOf(940), to: timeOf(1060) });
  assert.deepEqual(around(0, 10_000), { from: timeOf(-1000), to: timeOf(11_000) });
});
