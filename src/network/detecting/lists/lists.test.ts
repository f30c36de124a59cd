import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import { settingsOf } from '../../../base/settings.ts';
import { Detections } from '../detections.ts';
import { KnownState } from '../known/known-state.ts';
import { detectingSettings } from '../settings.ts';
import { flow, times, unanswered } from '../test-flows.ts';
import { addressList } from './block-list.ts';

test('a list has its addresses and networks, and says which lines are none', () => {
  const list = addressList(
    'bad',
    '# people of bad intent\r\n198.51.100.0/24 ; a network\n203.0.113.9\n2001:db8::/32,x\nrubbish\n0.0.0.0/0\n1.2.3.4/33\n',
  );
  assert.deepEqual([list.entries, list.wrong], [3, ['rubbish', '0.0.0.0/0', '1.2.3.4/33']]);
  for (const address of ['198.51.100.0', '198.51.100.255', '203.0.113.9', '2001:db8::1'])
    assert.ok(list.has(address), address);
  for (const address of ['198.51.99.255', '198.51.101.0', '203.0.113.8', '2001:db9::1', ''])
    assert.ok(!list.has(address), address);
});

test('ranges that overlap are asked as Node asks them', () => {
  const [slow, lines] = [new BlockList(), [] as string[]];
  for (const index of times(400, (each) => each)) {
    const [address, bits] = [`${10 + (index % 7)}.${(index * 37) % 256}.${(index * 101) % 256}.0`, 8 + (index % 25)];
    slow.addSubnet(address, bits);
    lines.push(`${address}/${bits}`);
  }
  const list = addressList('many', lines.join('\n'));
  for (const index of times(2000, (each) => each)) {
    const address = `${8 + (index % 12)}.${(index * 13) % 256}.${(index * 7) % 256}.${index % 256}`;
    assert.equal(list.has(address), slow.check(address), address);
  }
});

test('flows with an address of a list are told, by who began them and whether there was a connection', () => {
  const found = (record: ReturnType<typeof flow>) => {
    const lists = [addressList('bad', '198.51.100.9')];
    const detecting = new Detections(settingsOf(detectingSettings), new KnownState(), {
      ...{ gateways: [], lists, about: (address) => (address === '198.51.100.9' ? 'NL, AS64500 Example' : null) },
    });
    detecting.conn(record);
    return detecting.take(true)[0];
  };
  const out = found(flow({ from: '10.0.0.9', to: '198.51.100.9' }));
  assert.deepEqual(
    [out?.note, out?.severity, out?.sub],
    ['Intel::Listed_Destination', 'high', '198.51.100.9: NL, AS64500 Example'],
  );
  const from = found(flow({ from: '198.51.100.9' }));
  assert.deepEqual([from?.note, from?.severity], ['Intel::Listed_Address', 'medium']);
  assert.equal(found(unanswered({ from: '198.51.100.9' }))?.severity, 'low');
  assert.equal(found(flow()), undefined);
});
