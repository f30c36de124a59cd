/** Flow logs of a VPC and databases of addresses, damaged as chance would have it: the same for the same number. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { hasCode } from '../../../../src/base/errors.ts';
import { aboutAddresses } from '../../../../src/network/detecting/lists/about-address.ts';
import { addressDatabase } from '../../../../src/network/detecting/lists/mmdb.ts';
import { loggedFlowOf } from '../../../../src/network/vpc/logged-flow-of.ts';
import { LOG_LINE, textLines } from '../../../../src/network/vpc/text-lines.ts';
import { VpcReader } from '../../../../src/network/vpc/vpc-lines.ts';
import { vpcRecord, vpcText } from '../../../../src/network/vpc/vpc-record.ts';
import { type Chance, chanceOf, damaged } from './chance.ts';
import { bitsOf, database } from '../bytes/mmdb.ts';

const LOGS: readonly string[] = [
  '2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK\n',
  '2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA\n',
  'version interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action tcp-flags log-status\n',
  '5 eni-2 2001:db8::1 2001:db8::2 40000 443 6 10 5000 1600000000 1600000060 REJECT 2 OK\n',
  '5 eni-2 - - - - - - - 1600000000 1600000060 - - SKIPDATA\n',
];
const MOST_LINES = 30;

/** Resolves to the flows that were read. */
export async function vpcSurvives(seed: number): Promise<number> {
  const chance = chanceOf(seed);
  const text = Array.from({ length: 1 + chance(MOST_LINES) }, () => LOGS[chance(LOGS.length)] ?? '').join('');
  const plain = Uint8Array.from(damaged([...Buffer.from(text)], chance, chance(8)));
  const whole = chance(3) === 0 ? gzipSync(plain) : plain;
  const bytes = chance(6) === 0 ? Uint8Array.from(damaged([...whole], chance, 2)) : whole;
  const size = 1 + chance(400);
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const counts = { lines: 0, noData: 0, skipData: 0, malformed: 0 };
  const reader = new VpcReader('flows.log', counts);
  let flows = 0;
  try {
    for await (const line of textLines(pieces(), 'flows.log', LOG_LINE)) {
      const flow = reader.read(line);
      if (flow === null) continue;
      flows += 1;
      const record = vpcRecord(flow, [1, 2, 3], flows);
      const kept = loggedFlowOf(flow, [1, 2, 3], flows) ?? {};
      for (const value of [...Object.values(record), ...Object.values(kept)]) {
        if (typeof value === 'number') assert.ok(Number.isFinite(value) && value >= 0, `${value}`);
      }
      assert.doesNotMatch(vpcText(record, 'tsv').slice(0, -1), /\n/);
      JSON.parse(vpcText(record, 'jsonl'));
    }
    assert.ok(flows + counts.noData + counts.skipData + counts.malformed <= counts.lines);
    return flows;
  } catch (error) {
    // No log at all, and one whose packing is damaged.
    if (hasCode(error, 'network_vpc_unknown') || hasCode(error, 'network_capture_unreadable')) return flows;
    throw new Error(`With the seed ${seed}`, { cause: error });
  }
}

const WRITTEN = { country: { iso_code: 'NL' }, autonomous_system_number: 64_500, is_anycast: true };

/** Whether it was a database still. */
export function mmdbSurvives(seed: number): boolean {
  const chance = chanceOf(seed);
  const networks = Array.from({ length: 1 + chance(6) }, (_, index) => {
    const bits = bitsOf([32 + index, chance(256), chance(256)].slice(0, 1 + chance(3)));
    return [bits, WRITTEN] as const;
  });
  const size = ([24, 28, 32] as const)[chance(3)] ?? 24;
  const whole = database(networks, size, chance(2) === 0 ? 4 : 6);
  try {
    const found = addressDatabase(Buffer.from(damaged([...whole], chance, chance(6))));
    if (found === null) return false;
    const about = aboutAddresses([found]);
    for (const address of addressesOf(chance)) {
      found.find(address);
      assert.ok((about(address)?.length ?? 0) < 200);
    }
    return true;
  } catch (error) {
    throw new Error(`With the seed ${seed}`, { cause: error });
  }
}

function addressesOf(chance: Chance): readonly string[] {
  return Array.from({ length: 20 }, () => {
    const four = Array.from({ length: 4 }, () => chance(256));
    four[0] = 30 + chance(10);
    return chance(2) === 0
      ? four.join('.')
      : `${(four[0] * 256 + chance(256)).toString(16)}:${chance(65_536).toString(16)}::${four[3]}`;
  });
}
