import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hostInUrl, isLoopback, parseHost, parseNetworks, placeOf, plainAddress } from './addresses.ts';

test('parseHost() reads names, addresses and ports', () => {
  assert.deepEqual(parseHost('localhost:8080'), { host: 'localhost', port: 8080 });
  assert.deepEqual(parseHost('Files.Example.org.'), { host: 'files.example.org', port: null });
  assert.deepEqual(parseHost('[::1]:9000'), { host: '::1', port: 9000 });
  assert.deepEqual(parseHost('127.0.0.1'), { host: '127.0.0.1', port: null });
});

test('parseHost() refuses what is no host', () => {
  for (const bad of [
    '',
    ' ',
    'a b',
    'user@localhost',
    'localhost/path',
    'localhost:',
    'localhost:0',
    'localhost:70000',
    'localhost:80:80',
    '::1',
    '[::1',
    '[zz]',
    '[127.0.0.1]',
    'localhost, evil.example',
    'local\u0000host',
    'x'.repeat(300),
  ]) {
    assert.equal(parseHost(bad), null, JSON.stringify(bad));
  }
});

test('isLoopback() knows loopback and nothing that only looks like it', () => {
  for (const yes of ['127.0.0.1', '127.8.9.10', '::1', 'localhost', '::ffff:127.0.0.1'])
    assert.ok(isLoopback(yes), yes);
  for (const no of ['10.0.0.1', '0.0.0.0', '::', '127.0.0.1.example.org', 'localhost.example.org', '1270.0.1', '']) {
    assert.ok(!isLoopback(no), no);
  }
});

test('parseNetworks() includes just the addresses of its ranges, in either spelling', () => {
  const { includes, wrong } = parseNetworks(['10.0.0.0/8', '192.0.2.7', 'fd00::/8']);
  assert.deepEqual(wrong, []);
  for (const yes of ['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.7', 'fd12::1', 'fd12::1%eth0'])
    assert.ok(includes(yes), yes);
  for (const no of ['11.0.0.1', '192.0.2.8', 'fe80::1', '', 'name', undefined]) assert.ok(!includes(no), String(no));
});

test('parseNetworks() names every entry that is no range', () => {
  const bad = ['10.0.0.0/33', 'fd00::/129', 'proxy', '10.0.0.0/8/8', '10.0.0.0/-1', '10.0.0.0/x', '/8'];
  assert.deepEqual(parseNetworks(bad).wrong, bad);
});

test('an empty list of networks includes nobody', () => {
  fc.assert(fc.property(fc.ipV4(), (address) => !parseNetworks([]).includes(address)));
});

test('every IPv4 address is in its own network, as an IPv6 socket tells it too', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, bits) => {
      const { includes } = parseNetworks([`${address}/${bits}`]);
      return includes(address) && includes(`::ffff:${address}`);
    }),
  );
});

test('addresses are written as URLs and people write them', () => {
  assert.equal(hostInUrl('::1'), '[::1]');
  assert.equal(hostInUrl('127.0.0.1'), '127.0.0.1');
  assert.equal(plainAddress('::FFFF:10.0.0.1'), '10.0.0.1');
});

test('one IPv6 subscriber is one place, and one IPv4 address is one place', () => {
  for (const same of ['2001:DB8:0:0:ffff::2', '2001:0db8:0000:0000:1:2:3:4', '2001:db8::', '2001:db8::1%eth0']) {
    assert.equal(placeOf(same), placeOf('2001:db8::1'), same);
  }
  assert.notEqual(placeOf('2001:db8::1'), placeOf('2001:db8:0:1::1'));
  assert.equal(placeOf('::1'), placeOf('::2'));
  assert.equal(placeOf('::ffff:192.0.2.1'), placeOf('192.0.2.1'));
  assert.notEqual(placeOf('192.0.2.1'), placeOf('192.0.2.2'));
  fc.assert(fc.property(fc.ipV6(), (address) => placeOf(address) === placeOf(address.toUpperCase())));
});
