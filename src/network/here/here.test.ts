import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { whyNotBlocked } from '../blocking/protected.ts';
import { gatewaysHere } from './gateways.ts';
import { loggedInHere } from './logged-in.ts';

const proc = mkdtempSync(join(tmpdir(), 'network-here-'));
after(() => rmSync(proc, { recursive: true }));
mkdirSync(join(proc, 'net'));

test('gateways are read from the routes of the kernel', () => {
  writeFileSync(
    join(proc, 'net/route'),
    'Iface\tDestination\tGateway\tFlags\neth0\t00000000\t0101A8C0\t0003\neth0\t0001A8C0\t00000000\t0001\n',
  );
  writeFileSync(
    join(proc, 'net/ipv6_route'),
    `${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 fe800000000000000000000000000001 00000400 0 0 00000003 eth0\n${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 ${'0'.repeat(32)} ffffffff 0 0 00200200 lo\n`,
  );
  assert.deepEqual(gatewaysHere(proc), ['192.168.1.1', 'fe80::1']);
  assert.deepEqual(gatewaysHere(join(proc, 'missing')), []);
});

test('the session that a program was called in is found above sudo, and those of others in utmp', () => {
  for (const [pid, parent, variables] of [
    [300, 200, 'A=1'],
    [200, 100, ''],
    [100, 1, 'SSH_CONNECTION=203.0.113.50 5 10.0.0.1 22\0B=2'],
  ] as const) {
    mkdirSync(join(proc, String(pid)));
    writeFileSync(join(proc, `${pid}/environ`), variables);
    writeFileSync(join(proc, `${pid}/stat`), `${pid} (a b) c) S ${parent} 1 1`);
  }
  const record = Buffer.alloc(384 * 2);
  record.writeInt16LE(7, 0);
  record.write('pts/0', 8);
  record.write('anna', 44);
  record.set([203, 0, 113, 51], 348);
  record.writeInt16LE(8, 384);
  record.set([203, 0, 113, 52], 384 + 348);
  const utmp = join(proc, 'utmp');
  writeFileSync(utmp, record.subarray(0, -10));
  assert.deepEqual(
    loggedInHere(300, { proc, utmp }).map(({ address }) => address),
    ['203.0.113.50', '203.0.113.51'],
  );
  assert.equal(loggedInHere(300, { proc, utmp })[1]?.how, 'anna is logged in from there (pts/0)');
});

test('what must not be cut off is not blocked, however the address is written', () => {
  const kept = {
    ...{
      own: ['10.0.0.5', '2001:db8::5'],
      gateways: ['10.0.0.1'],
      resolvers: ['10.0.0.2'],
      never: ['198.51.100.0/24'],
    },
    loggedIn: [{ address: '203.0.113.50', how: 'yours' }],
  };
  const refused = [
    '10.0.0.5',
    '2001:db8:0::5',
    '10.0.0.1',
    '10.0.0.2',
    '198.51.100.9',
    '203.0.113.50',
    '127.0.0.9',
    '0.0.0.0',
    '255.255.255.255',
    '::1',
    'fe80::9',
    'ff02::1',
  ];
  for (const address of refused) assert.notEqual(whyNotBlocked(address, kept), null, address);
  for (const address of ['203.0.113.7', '10.0.0.6', '2001:db8::6'])
    assert.equal(whyNotBlocked(address, kept), null, address);
});
