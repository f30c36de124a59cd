/** Databases that MaxMind's own writer made: what we read of an address is what MaxMind's own reader says, and broken ones end nothing. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { aboutAddresses } from '../../src/network/detecting/lists/about-address.ts';
import { addressDatabase } from '../../src/network/detecting/lists/mmdb.ts';

const FOLDER = join(import.meta.dirname, '../../.services/mmdb');
const DATA = join(FOLDER, 'tests/data');
const skip = existsSync(join(FOLDER, 'installed'))
  ? false
  : 'needs MaxMind’s databases: npm run services:install -- mmdb';
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

const ORACLE = `
import json, sys, maxminddb
def plain(value):
    if isinstance(value, dict): return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list): return [plain(each) for each in value]
    return value.hex() if isinstance(value, (bytes, bytearray)) else value
asked = json.load(sys.stdin)
answers = {}
for path in asked['files']:
    reader = maxminddb.open_database(path, maxminddb.MODE_MEMORY)
    def find(address):
        try: return plain(reader.get(address))
        except ValueError: return None
    answers[path] = [find(address) for address in asked['addresses']]
json.dump(answers, sys.stdout)
`;

/** Networks that these databases have something on, their neighbours, and all over the rest. */
const addresses = [
  ...['1.128.0.1', '81.2.69.142', '81.2.69.160', '89.160.20.112', '216.160.83.56', '2.125.160.216', '67.43.156.1'],
  ...['12.81.92.1', '1.0.0.1', '1.1.1.1', '1.1.1.32', '202.196.224.1', '175.16.199.1', '2001:218::1', '2a02:d3c0::1'],
  ...['2600:6000::1', '2001:2b8::1', '::1.1.1.1', '::1:ffff:ffff', '2002:102:304::', '2001:0:102:304::', '::'],
  ...Array.from({ length: 400 }, (_, index) => `${(index * 37) % 224}.${(index * 91) % 256}.${(index * 53) % 256}.9`),
  ...Array.from(
    { length: 200 },
    (_, index) => `2${((index * 7) % 4096).toString(16).padStart(3, '0')}:${(index * 97).toString(16)}::1`,
  ),
];

const files = (folder: string): string[] =>
  readdirSync(join(DATA, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.mmdb'))
    .map((name) => join(DATA, folder, name));

/** As JSON has it: what it has no words for is told apart by no oracle. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null, (_, each: unknown) => (typeof each === 'bigint' ? Number(each) : each)));

test('every address has what MaxMind’s reader finds of it: country, city, network, of IPv4 and IPv6', { skip }, () => {
  const sound = files('test-data').filter(
    (path) => !/broken|invalid/i.test(path) && /Country|City|ASN|ISP|Connection|ipv[46]|mixed/.test(path),
  );
  assert.ok(sound.length >= 12, String(sound.length));
  const text = execFileSync('/usr/bin/python3', ['-c', ORACLE], {
    ...{ input: JSON.stringify({ files: sound, addresses }), encoding: 'utf8', maxBuffer: 64 * 2 ** 20 },
    env: { PYTHONPATH: FOLDER },
  });
  const answers = JSON.parse(text) as Record<string, unknown[]>;
  let known = 0;
  for (const path of sound) {
    const database = addressDatabase(readFileSync(path));
    assert.ok(database, path);
    for (const [index, address] of addresses.entries()) {
      const expected = answers[path]?.[index] ?? null;
      if (expected !== null) known += 1;
      assert.deepEqual(plain(database.find(address)), expected, `${address} in ${path}`);
    }
  }
  assert.ok(known > 100, String(known));
});

test('country and network of an address are told out of whichever database has them', { skip }, () => {
  const databases = ['GeoIP2-Country-Test', 'GeoLite2-ASN-Test'].map((name) =>
    addressDatabase(readFileSync(join(DATA, `test-data/${name}.mmdb`))),
  );
  const about = aboutAddresses(databases.filter((each) => each !== null));
  assert.deepEqual(['89.160.20.112', '81.2.69.160', '1.128.0.1', '10.0.0.1', '203.0.113.7'].map(about), [
    'SE',
    'GB',
    'AS1221 Telstra Pty Ltd',
    null,
    null,
  ]);
});

test('databases that MaxMind broke on purpose throw nothing, and take no time', { skip }, () => {
  const broken = [...files('bad-data'), ...files('test-data').filter((path) => /broken|invalid/i.test(path))];
  assert.ok(broken.length >= 10, String(broken.length));
  for (const path of broken) {
    const database = addressDatabase(readFileSync(path));
    for (const address of addresses) assert.doesNotThrow(() => database?.find(address), path);
  }
});
