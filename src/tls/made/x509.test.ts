import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { addressBytes, plainName, reverseName } from './addresses.ts';
import { integer, objectId, sequence, time } from './der.ts';
import { newKey, selfSigned, signingRequest } from './x509.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const skip = hasOpenssl ? false : 'the openssl command is not installed';
const fromMs = Date.UTC(2026, 10, 29);

test('a certificate says its names, addresses and times, and its signature holds', async () => {
  const key = await newKey();
  const names = ['files.example.org', '127.0.0.1', '2001:db8::1'];
  const pem = selfSigned({ key, names, commonName: 'Größe', fromMs, untilMs: Date.UTC(2055, 0, 2, 3, 4, 5) });
  const read = new X509Certificate(pem);
  assert.equal(read.subjectAltName, 'DNS:files.example.org, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1');
  assert.equal(read.validFromDate.getTime(), fromMs);
  assert.equal(read.validToDate.toISOString(), '2055-01-02T03:04:05.000Z');
  assert.ok(read.verify(read.publicKey));
  assert.ok(read.checkPrivateKey(key));
  assert.equal(read.ca, false);
  assert.equal(read.checkHost('files.example.org'), 'files.example.org');
  assert.equal(read.checkIP('2001:db8::1'), '2001:db8::1');
});

test('openssl reads what was made, each part', { skip }, async () => {
  const key = await newKey();
  const made = selfSigned({
    ...{ key, names: ['a.example'], commonName: 'a', fromMs, untilMs: fromMs + 1e9 },
    challengeDigest: Buffer.alloc(32, 7),
  });
  const shown = spawnSync('openssl', ['x509', '-noout', '-text'], { input: made, encoding: 'utf8' });
  assert.match(shown.stdout, /1\.3\.6\.1\.5\.5\.7\.1\.31: critical/);
  assert.match(shown.stdout, /Digital Signature/);
  assert.match(shown.stdout, /TLS Web Server Authentication/);
  const request = signingRequest(key, ['a.example', '10.0.0.1', 'b.example']);
  const asked = spawnSync('openssl', ['req', '-inform', 'DER', '-noout', '-text', '-verify'], { input: request });
  const text = `${asked.stdout.toString()}${asked.stderr.toString()}`;
  assert.match(text, /verify OK/);
  assert.match(text, /DNS:a\.example, IP Address:10\.0\.0\.1, DNS:b\.example/);
});

test('lengths, numbers and ids are written as X.690 says', () => {
  assert.equal(sequence(Buffer.alloc(127)).subarray(0, 2).toString('hex'), '307f');
  assert.equal(sequence(Buffer.alloc(128)).subarray(0, 3).toString('hex'), '308180');
  assert.equal(sequence(Buffer.alloc(65_536)).subarray(0, 5).toString('hex'), '3083010000');
  assert.equal(integer(Buffer.of(0, 0, 0x80)).toString('hex'), '02020080');
  assert.equal(integer(Buffer.of(0)).toString('hex'), '020100');
  assert.equal(objectId('1.2.840.113549').toString('hex'), '06062a864886f70d');
  assert.equal(
    time(Date.UTC(2049, 11, 31, 23, 59, 59))
      .toString('latin1')
      .slice(2),
    '491231235959Z',
  );
  assert.equal(
    time(Date.UTC(2050, 0, 1))
      .toString('latin1')
      .slice(2),
    '20500101000000Z',
  );
});

test('addresses are written as bytes, in one way, and as names of the reverse look-up', () => {
  assert.equal(addressBytes('192.0.2.1').toString('hex'), 'c0000201');
  assert.equal(addressBytes('2001:db8::ff00:42').toString('hex'), '20010db80000000000000000ff000042');
  assert.equal(addressBytes('::ffff:192.0.2.1').toString('hex'), '00000000000000000000ffffc0000201');
  assert.equal(reverseName('192.0.2.1'), '1.2.0.192.in-addr.arpa');
  assert.equal(reverseName('2001:db8::1'), '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa');
  assert.equal(plainName('2001:0DB8:0::1'), '2001:db8::1');
  assert.equal(plainName('Files.Example.org'), 'files.example.org');
});
