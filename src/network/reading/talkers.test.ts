import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ipv6Text } from '../records/addresses.ts';
import { Talkers } from './talkers.ts';

const SEED = { first: 1, second: 2 };
const MOST = 65_536;

/** Adds flows of addresses of either version, one for each number. */
const VERSIONS: readonly (readonly [name: string, add: (talkers: Talkers, address: number, bytes: number) => void])[] =
  [
    ['IPv4', (talkers, address, bytes) => talkers.add4(address, bytes)],
    ['IPv6', (talkers, address, bytes) => talkers.add6(ipv6Text(0x20010db8, 0, 0, address), bytes)],
  ];

for (const [name, add] of VERSIONS) {
  test(`all that addresses of ${name} sent is counted, while there are not too many`, () => {
    const talkers = new Talkers(SEED);
    for (let round = 0; round < 2; round += 1) {
      for (let address = 0; address < MOST; address += 1) add(talkers, address, address);
    }
    const [first, second] = talkers.top(2);
    assert.deepEqual([first?.bytes, first?.flows, second?.bytes], [(MOST - 1) * 2, 2, (MOST - 2) * 2]);
    assert.equal(talkers.mayMissBytes, 0);
  });

  test(`beyond that, half of the addresses of ${name} are forgotten at once, however their bytes are spread`, () => {
    const talkers = new Talkers(SEED);
    add(talkers, 0, 1);
    for (let address = 1; address < MOST; address += 1) add(talkers, address, 1000);
    // If only what has less than the mean were forgotten, each of these would have it all done again.
    for (let address = 0; address < 100; address += 1) add(talkers, MOST + address, 1);
    assert.equal(talkers.mayMissBytes, 1000);
  });

  test(`who sent far more than others stays among many addresses of ${name}`, () => {
    const talkers = new Talkers(SEED);
    for (let address = 1; address < MOST * 3; address += 1) {
      add(talkers, address, 40);
      if (address % 100 === 0) add(talkers, 0, 1000);
    }
    const [first] = talkers.top(1);
    const sent = Math.floor((MOST * 3 - 1) / 100) * 1000;
    assert.ok(first && first.bytes <= sent && first.bytes + talkers.mayMissBytes >= sent);
  });
}
