import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mmdbSurvives } from '../../../../test/support/network/hostile/files.ts';
import { bitsOf, database } from '../../../../test/support/network/bytes/mmdb.ts';
import { aboutAddresses } from './about-address.ts';
import { addressDatabase } from './mmdb.ts';

const FOUR = '0'.repeat(96);
const NL = {
  country: { iso_code: 'NL' },
  autonomous_system_number: 64_500,
  autonomous_system_organization: 'Example of a name that is longer than 29',
};

test('countries and networks are found for IPv4 and IPv6, whatever the size of a record', () => {
  for (const size of [24, 28, 32] as const) {
    const bytes = database(
      [
        [FOUR + bitsOf([198, 51, 100]), NL],
        [bitsOf([0x20, 1, 0x0d, 0xb8]), { country: { iso_code: 'DE' } }],
      ],
      size,
      6,
    );
    const found = addressDatabase(bytes);
    assert.ok(found);
    const about = aboutAddresses([found]);
    assert.equal(about('198.51.100.9'), 'NL, AS64500 Example of a name that is longer than 29');
    assert.equal(about('2001:db8::1'), 'DE');
    assert.deepEqual(['198.51.101.9', '2001:db9::1', '10.0.0.1', 'rubbish', ''].map(about), [
      null,
      null,
      null,
      null,
      null,
    ]);
  }
  const four = addressDatabase(database([[bitsOf([198, 51, 100]), NL]], 24, 4));
  assert.ok(four?.find('198.51.100.1'));
  assert.equal(four?.find('2001:db8::1'), null);
});

test('bytes that are no database, are cut or refer to themselves throw nothing and find nothing', () => {
  const whole = database([[FOUR + bitsOf([198, 51, 100]), NL]], 24, 6);
  for (let length = 0; length < whole.length; length += 1) {
    assert.doesNotThrow(() => addressDatabase(whole.subarray(0, length))?.find('198.51.100.9'));
  }
  for (let at = 0; at < whole.length; at += 1) {
    for (const bit of [1, 16, 128]) {
      const bad = Buffer.from(whole);
      bad[at]! ^= bit;
      assert.doesNotThrow(() => addressDatabase(bad)?.find('198.51.100.9'), `byte ${at}`);
    }
  }
  assert.equal(addressDatabase(Buffer.alloc(1000)), null);
});

test('databases that chance damaged throw nothing: scripts/fuzz-network.ts goes on for as long as you like', () => {
  let read = 0;
  for (let seed = 1; seed <= 300; seed += 1) read += Number(mmdbSurvives(seed));
  assert.ok(read > 100, `only ${read} were databases still`);
});
