import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsOf, leftOutWords, noteWords, sensorKind, sensorName, serviceWords, unseenPackets } from './words.ts';

test('who saw it is told by a name: this server, a capture, a host', () => {
  assert.deepEqual(['local', 'upload:monday.pcap', '0a1b2c3d4e5f'].map(sensorKind), ['local', 'upload', 'host']);
  assert.equal(sensorName('local'), 'This server');
  assert.equal(sensorName('upload:monday.pcap'), 'Capture monday.pcap');
  assert.equal(sensorName('0a1b2c3d4e5f'), 'Host 0a1b2c3d');
});

test('packets that are not IP are not counted as unseen; those of an unknown reason are', () => {
  assert.equal(unseenPackets({ leftOut: { notIp: 100, malformed: 2, somethingNew: 3 } }), 5);
  assert.match(leftOutWords('somethingNew').about, /does not know/);
  assert.deepEqual([leftOutWords('logLost').of, leftOutWords('cut').of], ['line', undefined]);
});

test('names of alerts and services are words, and unknown ones stay as they are', () => {
  assert.equal(noteWords('Scan::Port_Scan'), 'Port scan');
  assert.equal(noteWords('SSH::Password_Guessing'), 'Password guessing');
  assert.equal(noteWords(''), '');
  assert.equal(serviceWords('ssl,http'), 'TLS, HTTP');
  assert.equal(serviceWords('gopher'), 'gopher');
  assert.equal(serviceWords(undefined), 'Not known');
});

test('the ends of an alert are told as far as it names them', () => {
  assert.equal(
    endsOf({ src: '192.0.2.1', dst: '192.0.2.2', p: 22, proto: 'tcp' }),
    '192.0.2.1 → 192.0.2.2 port 22/tcp',
  );
  assert.equal(endsOf({ src: '192.0.2.1' }), '192.0.2.1');
  assert.equal(endsOf({}), '');
});
