import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowsFilterFrom, isAddress, isNarrowed, isPort, queryOf } from './filter.ts';

test('what an address of the page says is taken where it makes sense, and left out elsewhere', () => {
  assert.deepEqual(flowsFilterFrom({ address: '192.0.2.1', port: 443, proto: 'tcp', state: 'S0', last: '1h' }), {
    last: '1h',
    address: '192.0.2.1',
    port: '443',
    proto: 'tcp',
    state: 'S0',
  });
  for (const search of [
    { port: '70000' },
    { port: '-1' },
    { proto: 'TCP' },
    { state: 'sf' },
    { text: '  ' },
    { x: 1 },
  ]) {
    assert.deepEqual(flowsFilterFrom(search), {}, JSON.stringify(search));
  }
  assert.equal(flowsFilterFrom({ text: 'x'.repeat(1000) }).text?.length, 256);
});

test('the time is no filter: clearing the filters keeps it', () => {
  const filter = flowsFilterFrom({ last: '7d', service: 'dns' });
  assert.equal(isNarrowed(filter), true);
  assert.equal(queryOf(filter).toString(), 'service=dns');
  assert.equal(isNarrowed(flowsFilterFrom({ ...filter, service: '' })), false);
  assert.deepEqual(flowsFilterFrom({ ...filter, service: '' }), { last: '7d' });
});

test('a whole address is told from one that is still typed', () => {
  for (const whole of ['0.0.0.0', '192.0.2.1', '::', '2001:db8::1', 'fe80::1', '::ffff:192.0.2.1', 'FE80::A']) {
    assert.equal(isAddress(whole), true, whole);
  }
  for (const not of [
    '',
    '192.0.2',
    '192.0.2.',
    '256.1.1.1',
    '2001:db8',
    ':',
    'example.org',
    'fe80::1%eth0',
    '::g',
    '1.2.3.4/8',
  ]) {
    assert.equal(isAddress(not), false, not);
  }
  assert.deepEqual(['0', '65535', '65536', '', '1a'].map(isPort), [true, true, false, false, false]);
});
