import type { FlowFile, SumsRow } from '../disk/flow-file.ts';
import { Adding } from './adding.ts';
import { slotSecondsFor } from './sum-flows.ts';
import { type CountedService, packServices, packTable, SUM_WORDS, unpackServices, unpackTable } from './sums.ts';

const SUMS_OF_A_LEVEL = 16;
/** Of addresses and ports: more than one segment keeps, so that what is in few of them is not lost above. */
const MOST_COUNTED = 2048;

/** Adds up what is full of a sensor, in the transaction that added the last of it. */
export function rollUp(file: FlowFile, sensor: string): void {
  for (;;) {
    const waiting = file.sums().filter((row) => row.sensor === sensor && row.level > 0 && row.within === 0);
    const groups = Map.groupBy(waiting, ({ level }) => level);
    const full = Array.from(groups.values()).find((group) => group.length >= SUMS_OF_A_LEVEL);
    if (!full) return;
    addUp(file, sensor, full.slice(0, SUMS_OF_A_LEVEL));
  }
}

function addUp(file: FlowFile, sensor: string, below: readonly SumsRow[]): void {
  const [addresses, ports, slots] = [SUM_WORDS.addresses, SUM_WORDS.ports, SUM_WORDS.slots].map(
    (words) => new Adding(words),
  );
  const leastUs = Math.min(...below.map((row) => row.leastUs));
  const mostUs = Math.max(...below.map((row) => row.mostUs));
  // Slots of days are the longest: those below are never longer.
  const slotSeconds = Math.max(slotSecondsFor(mostUs - leastUs), ...below.map((row) => row.slotSeconds));
  const services = new Map<string, [number, number, number]>();
  for (const row of below) {
    addresses!.addTable(unpackTable(file.sumsPart(row, 'addresses'), SUM_WORDS.addresses));
    ports!.addTable(unpackTable(file.sumsPart(row, 'ports'), SUM_WORDS.ports));
    const { count, columns } = unpackTable(file.sumsPart(row, 'slots'), SUM_WORDS.slots);
    const [slot, seconds, ...figures] = columns;
    const wider = Float64Array.from(slot!, (number, index) => Math.floor((number * seconds![index]!) / slotSeconds));
    slots!.addTable({ count, columns: [wider, new Float64Array(count).fill(slotSeconds), ...figures] });
    for (const [name, ...sums] of unpackServices(file.sumsPart(row, 'services'))) {
      const known = services.get(name) ?? [0, 0, 0];
      services.set(name, [known[0] + sums[0], known[1] + sums[1], known[2] + sums[2]]);
    }
  }
  const packed = {
    addresses: packTable(addresses!.top(MOST_COUNTED)),
    ports: packTable(ports!.top(MOST_COUNTED)),
    services: packServices(Array.from(services, ([name, sums]): CountedService => [name, ...sums])),
    slots: packTable(slots!.top(Infinity)),
  };
  const level = below[0]!.level + 1;
  file.addSums({ sensor, level, leastUs, mostUs, slotSeconds, segment: 0 }, packed, below);
}
