import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captureArguments, checkArguments } from './capture-arguments.ts';
import { interfacesFrom } from './interfaces.ts';
import { droppedBy, hasBegun, reasonOf } from './tool-words.ts';

const CHOICE = { interface: 'eth0', filter: '-w /etc/passwd', snapBytes: 4096, bufferKib: 3000 };

test('a filter that looks like an option is handed on as a filter', () => {
  for (const words of [captureArguments('tcpdump', CHOICE, 'tcpdump'), checkArguments('tcpdump', CHOICE)]) {
    assert.deepEqual(words.slice(-2), ['--', CHOICE.filter]);
  }
  for (const words of [captureArguments('dumpcap', CHOICE, null), checkArguments('dumpcap', CHOICE)]) {
    assert.deepEqual(words.slice(-2), ['-f', CHOICE.filter]);
  }
});

test('tcpdump run by root becomes somebody else, and by others has nothing to give up', () => {
  assert.ok(captureArguments('tcpdump', CHOICE, 'nobody').join(' ').includes('-Z nobody'));
  assert.ok(!captureArguments('tcpdump', CHOICE, null).includes('-Z'));
});

test('drops are read from what either program says, the last count of all', () => {
  const running = 'tcpdump: 5 packets captured, 9 packets received by filter, 2 packets dropped by kernel\n';
  const ending = '7 packets captured\n9 packets received by filter\n4 packets dropped by kernel\n';
  assert.equal(droppedBy('listening on lo'), null);
  assert.equal(droppedBy(running), 2);
  assert.equal(droppedBy(running + ending), 4);
  assert.equal(droppedBy(`${ending}1 packet dropped by interface\n`), 5);
  const dumpcap = "Packets received/dropped on interface 'lo': 6/3 (pcap:1/dumpcap:2/flushed:0/ps_ifdrop:0) (66.7%)\n";
  assert.equal(droppedBy(dumpcap), 3);
});

test('the reason is what remains without counts, and cannot move a cursor', () => {
  const said =
    'tcpdump: listening on lo, link-type EN10MB\ntcpdump: The \u001b[2Jinterface disappeared\n5 packets captured\n';
  assert.ok(hasBegun(said));
  assert.ok(!hasBegun("Capturing on 'lo'\n") && hasBegun("Capturing on 'lo'\nFile: -\n"));
  assert.match(reasonOf(said), /^The .*interface disappeared$/);
  assert.ok(!reasonOf(said).includes('\u001b'));
});

test('interfaces are read from the lists of both programs', () => {
  assert.deepEqual(interfacesFrom('1.eth0 [Up, Running]\n2.nflog (Linux log) [none]\n'), [
    { name: 'eth0', about: 'Up, Running' },
    { name: 'nflog', about: 'Linux log, none' },
  ]);
  assert.deepEqual(interfacesFrom('1. eth0\n3. lo (Loopback)\n'), [
    { name: 'eth0', about: '' },
    { name: 'lo', about: 'Loopback' },
  ]);
});
