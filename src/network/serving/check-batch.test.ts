import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '../../base/ids.ts';
import type { FlowBatch } from '../store/flow-batch.ts';
import { checkBatch } from './check-batch.ts';

const NOW = 1_795_000_000;
const arithmetic = { count: 1, threshold: 1, windowSeconds: 0, explained: ['one'] };
const notice = {
  ...{ log: 'notice', ts: NOW, note: 'Scan::Port_Scan', msg: 'a scan', n: 1, first: NOW, last: NOW, severity: 'high' },
  ...{ key: 'a', arithmetic, uids: ['C1'], src: '203.0.113.7', sub: 'more' },
};
const login = {
  ...{ log: 'mysql', ts: NOW, uid: 'C1', proto: 'tcp', 'id.orig_h': '203.0.113.7', 'id.orig_p': 50_000 },
  ...{ 'id.resp_h': '192.0.2.1', 'id.resp_p': 3306, user: 'root', success: false, cleartext: false },
};

function batch(given: { readonly notices?: readonly object[]; readonly logs?: readonly object[] }): FlowBatch {
  const coverage = { from: NOW, to: NOW, packets: 1, dropped: 0, leftOut: {} };
  const whole = { id: newId(), sensor: 'local', conn: [], logs: [], notices: [], coverage, ...given };
  return whole as unknown as FlowBatch;
}

test('alerts and records of protocols are taken as they are made', () => {
  checkBatch(batch({ notices: [notice], logs: [login] }), NOW);
});

test('a host hands over nothing of a kind that pages and other hosts would fail at', () => {
  const refused = { code: 'flows_batch_invalid' };
  for (const wrong of [{ sub: 5 }, { sub: ['a'] }, { src: 'nobody' }, { severity: 'bad' }, { uids: [1] }, { n: -1 }]) {
    assert.throws(() => checkBatch(batch({ notices: [{ ...notice, ...wrong }] }), NOW), refused, JSON.stringify(wrong));
  }
  for (const wrong of [{ success: 'x' }, { cleartext: 1 }, { user: {} }, { log: 'gopher' }, { ts: NOW + 1e9 }]) {
    assert.throws(() => checkBatch(batch({ logs: [{ ...login, ...wrong }] }), NOW), refused, JSON.stringify(wrong));
  }
});
