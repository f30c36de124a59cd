import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { settingsOf } from '../../base/settings.ts';
import { openDetections } from './open-detections.ts';
import { detectingSettings } from './settings.ts';
import { flow, refused, START, times } from './test-flows.ts';

const root = mkdtempSync(join(tmpdir(), 'open-detections-'));
after(() => rmSync(root, { recursive: true }));
const place = (name: string, more: object = {}) => ({
  ...{ settings: settingsOf(detectingSettings), folder: join(root, name), blockLists: [], addressDatabases: [] },
  ...more,
});
const tries = times(70, (index) => refused({ port: index, ts: START + index * 7200 }));

test('what is known is kept for its owner alone, and goes on after a restart', async () => {
  {
    await using first = await openDetections(place('kept'));
    for (const each of tries.slice(0, 40)) first.detections.conn(each);
    assert.deepEqual(first.detections.take(true), []);
  }
  assert.equal(statSync(join(root, 'kept/known.json')).mode & 0o777, 0o600);
  await using second = await openDetections(place('kept'));
  for (const each of tries.slice(40)) second.detections.conn(each);
  assert.deepEqual(
    second.detections.take(true).map(({ note }) => note),
    ['Scan::Slow_Scan'],
  );
});

test('a file of what is known that is damaged is told, and learned anew', async () => {
  {
    await using opened = await openDetections(place('damaged'));
    await opened.save();
  }
  const path = join(root, 'damaged/known.json');
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, -2));
  await using opened = await openDetections(place('damaged'));
  assert.match(opened.warnings.join(), /is learned anew, since “.*known\.json” cannot be read/);
});

test('lists are read from files; lines that are none are told, and a file that is not there is an error', async () => {
  const list = join(root, 'bad-people.txt');
  writeFileSync(list, '203.0.113.0/24\nrubbish\n');
  await using opened = await openDetections(place('lists', { folder: null, blockLists: [list] }));
  assert.match(opened.warnings.join(), /Lines of the list bad-people\.txt are no addresses.*: rubbish/);
  opened.detections.conn(flow());
  assert.equal(opened.detections.take(true)[0]?.note, 'Intel::Listed_Address');
  for (const wrong of [{ blockLists: [join(root, 'missing')] }, { addressDatabases: [list] }]) {
    await assert.rejects(openDetections(place('x', { folder: null, ...wrong })), { code: 'network_list_unreadable' });
  }
});

test('a gateway is that of this computer, and no other network has it', async () => {
  for (const [more, wanted] of [
    [{}, ['ARP::Spoofing']],
    [{ folder: null }, []],
  ] as const) {
    await using opened = await openDetections(place('gateway', more), () => ['10.0.0.1']);
    for (const [index, mac] of ['02:00:00:00:00:01', '02:00:00:00:00:02'].entries())
      opened.detections.arp('10.0.0.1', mac, (START + index) * 1e6);
    assert.deepEqual(
      opened.detections.take(true).map(({ note }) => note),
      wanted,
    );
  }
});
